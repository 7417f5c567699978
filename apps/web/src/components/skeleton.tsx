/** Placeholders of the size of what is coming, so that nothing moves when it comes. */
import { t } from '../lib/i18n.js';

export const Skeleton = ({ rows = 5, height = 36 }: { readonly rows?: number; readonly height?: number }) => (
  <div className="skeleton" role="status" aria-label={t('state.loading')}>
    {Array.from({ length: rows }, (_, i) => `line-${i}`).map((key) => (
      <div key={key} className="skeleton-line" style={{ height }} />
    ))}
  </div>
);

export const SkeletonPage = () => (
  <div className="page">
    <Skeleton rows={1} height={40} />
    <Skeleton rows={8} />
  </div>
);
