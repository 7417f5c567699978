/** Placeholders of the size of what is coming, so that nothing moves when it comes. */
import { t } from '../lib/i18n.js';
import { shell } from '../lib/shell.js';

export const Skeleton = ({ rows = 5, height = 36 }: { readonly rows?: number; readonly height?: number }) => (
  <div className="skeleton" role="status" aria-label={t('state.loading')}>
    {Array.from({ length: rows }, (_, i) => `line-${i}`).map((key) => (
      <div key={key} className="skeleton-line" style={{ height }} />
    ))}
  </div>
);

/** What the server wrote stays until the screen that it belongs to is there. */
const Head = () =>
  shell.path === window.location.pathname && shell.title ? (
    <header className="page-head">
      <div>
        <h1>{shell.title}</h1>
        <div className="lede">{shell.lede}</div>
      </div>
    </header>
  ) : (
    <Skeleton rows={1} height={40} />
  );

export const SkeletonPage = () => (
  <div className="page">
    <Head />
    <Skeleton rows={8} />
  </div>
);
