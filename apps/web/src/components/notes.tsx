/** The three words a list may have to say instead of rows: nothing here, it failed, or something to know. */
import type { ReactNode } from 'react';
import { ApiError } from '../lib/api.js';
import { t } from '../lib/i18n.js';

export const Note = ({
  tone = 'plain',
  title,
  children,
}: {
  readonly tone?: 'plain' | 'warn' | 'bad' | 'good';
  readonly title: string;
  readonly children?: ReactNode;
}) => (
  <section className={`note is-${tone}`}>
    <strong>{title}</strong>
    {children}
  </section>
);

export const EmptyNote = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{title}</p>
    {children}
  </div>
);

export const ErrorNote = ({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) => {
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <div role="alert">
      <Note tone="bad" title={problem?.title ?? t('error.page')}>
        <p>{problem?.detail ?? error.message}</p>
        {problem?.requestId && <p className="muted">{t('error.request', { id: problem.requestId })}</p>}
        {onRetry && (
          <button type="button" className="button is-quiet is-small" onClick={onRetry}>
            {t('action.retry')}
          </button>
        )}
      </Note>
    </div>
  );
};
