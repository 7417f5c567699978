/** Is everything working: queue, workers, runs. */

import { useQuery } from '@tanstack/react-query';
import type { Status } from '@topiary/contracts';
import { Ago } from '../components/figures.js';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Scroll } from '../components/scroll.js';
import { Skeleton } from '../components/skeleton.js';
import { t, tn } from '../features/status/words.js';
import { formatDuration } from '../lib/format.js';
import { statusQuery } from '../lib/queries.js';

const sentence = ({ workers, queue }: Status): string => {
  if (workers.length === 0) return t('status.noWorker');
  const busy = workers.filter((worker) => worker.busy).length;
  return t('status.working', { workers: tn('status.workers', workers.length), busy, waiting: queue.waiting });
};

const Figures = ({ status }: { readonly status: Status }) => {
  const figures: readonly (readonly [string, string])[] = [
    [t('status.waiting'), String(status.queue.waiting)],
    [t('status.active'), String(status.queue.active)],
    [t('status.today'), String(status.runs.today)],
    [t('status.total'), String(status.runs.total)],
    [t('status.uptime'), formatDuration(status.uptimeSeconds)],
    [t('status.version'), status.version],
  ];
  return (
    <dl className="big-figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const MARKS = { ok: '✓', warn: '!', bad: '✗' } as const;

/** Said in words and by a mark, never by colour alone. */
const Checks = ({ checks }: { readonly checks: Status['checks'] }) => (
  <ul className="status-checks">
    {checks.map(({ id, state, detail }) => (
      <li key={id} className={`status-check status-${state}`}>
        <span aria-hidden="true">{MARKS[state]}</span>
        <strong>{t(`status.check.${id}`)}</strong>
        <span className="sr-only">{t(`status.state.${state}`)}</span>
        <span>{detail}</span>
      </li>
    ))}
  </ul>
);

const Workers = ({ workers }: { readonly workers: Status['workers'] }) =>
  workers.length === 0 ? (
    <EmptyNote title={t('status.noWorker')}>
      <p>{t('status.noWorker.cure')}</p>
    </EmptyNote>
  ) : (
    <Scroll caption={t('status.workersTitle')}>
      <table>
        <caption className="sr-only">{t('status.workersTitle')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('status.worker')}</th>
            <th scope="col">{t('status.provider')}</th>
            <th scope="col">{t('status.machine')}</th>
            <th scope="col">{t('status.doing')}</th>
            <th scope="col">{t('status.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {workers.map(({ id, provider, threads, machine, busy, lastSeen }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>{threads === null ? provider : `${provider}, ${tn('status.threads', threads)}`}</td>
              <td>{machine}</td>
              <td>{busy ? t('status.busy') : t('status.idle')}</td>
              <td>
                <Ago iso={lastSeen} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );

export default function StatusPage() {
  const { data, error, refetch } = useQuery(statusQuery);
  return (
    <Page title={t('status.title')} lede={<span aria-live="polite">{data ? sentence(data) : ' '}</span>}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={5} />}
      {data && (
        <>
          <Checks checks={data.checks} />
          <Figures status={data} />
          <Section title={t('status.workersTitle')}>
            <Workers workers={data.workers} />
          </Section>
        </>
      )}
    </Page>
  );
}
