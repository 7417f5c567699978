/** The queue: what waits, what runs, what failed and why, and which results and disputes wait for an answer. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FailedRun, QueueState } from '@topiary/contracts';
import { Link } from 'react-router';
import { Ago } from '../../components/figures.js';
import { PersonLink } from '../../components/marks.js';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { Table } from '../../components/table.js';
import { failuresQuery, queueQuery } from '../../lib/admin-api.js';
import { api } from '../../lib/api.js';
import { Disputes } from './disputes.js';
import { Held } from './held.js';
import { t } from './words.js';

const Figures = ({ queue }: { readonly queue: QueueState }) => (
  <dl className="big-figures">
    {(
      [
        ['work.queued', queue.runs.queued],
        ['work.running', queue.runs.running],
        ['work.failed', queue.runs.failed],
        ['work.unsent', queue.unsentJobs],
      ] as const
    ).map(([name, value]) => (
      <div key={name}>
        <dt>{t(name)}</dt>
        <dd>{value}</dd>
      </div>
    ))}
    <div>
      <dt>{t('work.oldest')}</dt>
      <dd>{queue.oldestQueuedAt ? <Ago iso={queue.oldestQueuedAt} /> : t('work.nothing')}</dd>
    </div>
  </dl>
);

const RUNNING = ['work.board', 'work.worker', 'work.attempt', 'work.progress', 'work.started'] as const;

const Running = ({ running }: Pick<QueueState, 'running'>) => (
  <Section title={t('work.running.title')}>
    {running.length === 0 ? (
      <EmptyNote title={t('work.running.none')} />
    ) : (
      <Table caption={t('work.running.title')} heads={[t('work.run'), ...RUNNING.map((head) => t(head))]}>
        {running.map(({ run, submission, board, worker, attempt, progress, startedAt }) => (
          <tr key={run}>
            <th scope="row">
              <Link to={`/submissions/${submission}?run=${run}`}>{run.slice(0, 8)}</Link>
            </th>
            <td>{board}</td>
            <td>{worker ?? ''}</td>
            <td className="numeric">{attempt}</td>
            <td>
              <progress max={1} value={progress} aria-label={t('work.progress')} />
            </td>
            <td>{startedAt && <Ago iso={startedAt} />}</td>
          </tr>
        ))}
      </Table>
    )}
  </Section>
);

const Failure = ({ failure }: { readonly failure: FailedRun }) => {
  const client = useQueryClient();
  const { run, submission, label, board, submitter, target, problem, finishedAt } = failure;
  const retry = useMutation({
    mutationFn: () => api.rerun(submission),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin'] }),
  });
  return (
    <tr>
      <th scope="row">
        <Link to={`/submissions/${submission}?run=${run}`}>{label}</Link>
        <span className="muted second-line">{[board, target].filter(Boolean).join(', ')}</span>
      </th>
      <td>{submitter ? <PersonLink person={submitter} /> : t('work.server')}</td>
      <td className="is-prose">
        {problem?.detail ?? t('work.noReason')}
        {problem && <span className="muted second-line">{problem.code}</span>}
        {retry.error && <ErrorNote error={retry.error} />}
      </td>
      <td>{finishedAt && <Ago iso={finishedAt} />}</td>
      <td>
        <button
          type="button"
          className="button is-quiet is-small"
          aria-label={t('work.retryNamed', { label })}
          disabled={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {t('work.retry')}
        </button>
      </td>
    </tr>
  );
};

const FAILED = ['work.submission', 'work.by', 'work.reason', 'work.when'] as const;

const Failures = () => {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(failuresQuery);
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <Section title={t('work.failures')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!items && !error && <Skeleton rows={3} />}
      {items?.length === 0 && <EmptyNote title={t('work.failures.none')} />}
      {items && items.length > 0 && (
        <Table caption={t('work.failures')} heads={[...FAILED.map((head) => t(head)), '']}>
          {items.map((one) => (
            <Failure key={one.run} failure={one} />
          ))}
        </Table>
      )}
      {hasNextPage && (
        <button type="button" className="button is-quiet" onClick={() => void fetchNextPage()}>
          {t('people.more')}
        </button>
      )}
    </Section>
  );
};

export const Work = () => {
  const { data, error, refetch } = useQuery(queueQuery);
  return (
    <>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={3} />}
      {data && <Figures queue={data} />}
      <Failures />
      <Held />
      <Disputes />
      {data && <Running running={data.running} />}
    </>
  );
};
