/** The audit log: who did what to what, newest first; its chain checked, and all of it to take away. */
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { AuditEvent } from '@topiary/contracts';
import { EmptyNote, ErrorNote, Note } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { adminApi, auditQuery } from '../../lib/admin-api.js';
import { formatDateTime } from '../../lib/format.js';
import { t } from './words.js';

const Check = () => {
  const check = useMutation({ mutationFn: adminApi.checkAudit });
  return (
    <>
      <p className="choices">
        <button type="button" className="button" disabled={check.isPending} onClick={() => check.mutate()}>
          {t('audit.check')}
        </button>
        <a className="button is-quiet" href="/api/v1/admin/audit/export" download>
          {t('audit.export')}
        </a>
      </p>
      <div role="status">
        {check.data?.broken === null && (
          <Note tone="good" title={t('audit.whole', { events: check.data.events })}>
            <p>{t('audit.keep')}</p>
            <p>
              <code>{check.data.head}</code>
            </p>
          </Note>
        )}
        {check.data && check.data.broken !== null && (
          <Note tone="bad" title={t('audit.broken', { line: check.data.broken, events: check.data.events })} />
        )}
      </div>
      {check.error && <ErrorNote error={check.error} />}
    </>
  );
};

const Row = ({ event }: { readonly event: AuditEvent }) => (
  <tr>
    <td>{formatDateTime(event.at)}</td>
    <td>
      <code>{event.actor?.slice(0, 13) ?? t('audit.server')}</code>
    </td>
    <th scope="row">{event.action}</th>
    <td>
      <code>{event.target}</code>
    </td>
    <td>
      <code>{event.detail === null ? '' : JSON.stringify(event.detail)}</code>
    </td>
    <td>{event.ip ?? ''}</td>
  </tr>
);

const HEADS = ['audit.at', 'audit.actor', 'audit.action', 'audit.target', 'audit.detail', 'audit.ip'] as const;

export const AuditLog = () => {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(auditQuery);
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <Section title={t('admin.view.audit')}>
      <Check />
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!items && !error && <Skeleton rows={6} />}
      {items?.length === 0 && <EmptyNote title={t('audit.none')} />}
      {items && items.length > 0 && (
        <Table caption={t('admin.view.audit')} heads={HEADS.map((head) => t(head))}>
          {items.map((one) => (
            <Row key={one.id} event={one} />
          ))}
        </Table>
      )}
      {hasNextPage && (
        <p className="below">
          <button type="button" className="button is-quiet" onClick={() => void fetchNextPage()}>
            {t('audit.more')}
          </button>
        </p>
      )}
    </Section>
  );
};
