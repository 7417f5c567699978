/** A submission and its runs in words. */
import type { HeldRun, Run, Submission, SubmissionItem } from '@topiary/client';
import { oneLine } from './safe-text.js';
import { ago, percent, table, until } from './text.js';

export const runLabel = ({ target, seed }: Run): string => `${target?.label ?? 'base'} seed ${seed}`;

/** The ranking number of a run: the first metric after the last phase it reached. */
const outcome = ({ result }: Run): string => {
  const metric = result?.metrics.find(({ phase }) => phase === 'finetuned') ?? result?.metrics[0];
  return metric ? `${metric.id} ${metric.value.toFixed(2)} at ${result!.achieved.toFixed(2)}x` : '';
};

const stageNow = ({ stages }: Run): string => stages.find(({ state }) => state === 'running')?.title ?? '';

const note = (run: Run): string =>
  run.problem ? `${run.problem.code}: ${run.problem.detail}` : run.state === 'running' ? stageNow(run) : outcome(run);

const waiting = ({ queue }: Submission): string[][] => {
  if (!queue) return [];
  const start = queue.estimatedStart === null ? 'no worker is there' : `begins in about ${until(queue.estimatedStart)}`;
  return [['queue', `place ${queue.position}, ${start}`]];
};

/** Which of its runs are not ranked, and why, for those who may know. */
const unranked = ({ target, seed, decision, reason }: HeldRun): string[] => [
  decision ?? 'held',
  `${target ?? 'base'} seed ${seed} is not ranked: ${oneLine(reason)}`,
];

export const describe = (submission: Submission, url: string, held: readonly HeldRun[] = []): string =>
  [
    `${oneLine(submission.title)}\n`,
    table([
      ['id', submission.id],
      ['board', submission.board],
      ['state', `${submission.state}${submission.withdrawn ? ', withdrawn' : ''}, ${percent(submission.progress)}`],
      ...(submission.private ? [['seen by', 'you and organisers, until `topiary publish`']] : []),
      ...waiting(submission),
      ...held.filter(({ decision }) => decision !== 'released').map(unranked),
      ['made', ago(submission.createdAt)],
      ['page', `${url}/submissions/${submission.id}`],
    ]),
    table(submission.runs.map((run) => [`  ${runLabel(run)}`, run.state, note(run)])),
  ].join('');

export const list = (submissions: readonly SubmissionItem[]): string =>
  table([
    ['ID', 'STATE', 'DONE', 'BOARD', 'TITLE', 'MADE'],
    ...submissions.map(({ id, state, progress, board, title, createdAt }) => [
      id,
      state,
      percent(progress),
      board,
      title,
      ago(createdAt),
    ]),
  ]);

/** Ended without a result somewhere. */
export const hasFailed = ({ state }: Submission): boolean => state === 'failed' || state === 'cancelled';
