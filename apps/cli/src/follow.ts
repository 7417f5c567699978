/** Prints the events of a submission until its runs have ended. */
import { answer, events, type RunEventRecord, type Submission } from '@topiary/client';
import type { Context } from './command.js';
import { EXIT } from './exit.js';
import { oneLine } from './safe-text.js';
import { hasFailed, runLabel } from './submission-text.js';
import { percent, seconds } from './text.js';

type RunEvent = RunEventRecord['event'];

const TEXT: { readonly [Type in RunEvent['type']]: (event: Extract<RunEvent, { type: Type }>) => string } = {
  state: ({ state, problem }) => `${state}${problem ? `: ${problem.detail} (${problem.code})` : ''}`,
  stage: ({ stage, state, progress, seconds: took, etaSeconds }) =>
    [
      `${stage} ${state}`,
      ...(state === 'running' && progress !== null ? [percent(progress)] : []),
      ...(state === 'running' && etaSeconds !== null ? [`${seconds(etaSeconds)} left`] : []),
      ...(state !== 'running' && took !== null ? [`in ${seconds(took)}`] : []),
    ].join(', '),
  curve: ({ stage, series, steps, values }) =>
    `${stage} ${series} ${values.at(-1)?.toPrecision(4)} at step ${steps.at(-1)}`,
  log: ({ level, text }) => `${level === 'info' ? '' : `${level}: `}${text}`,
};

const lineOf = (labels: ReadonlyMap<string, string>, { at, run, event }: RunEventRecord): string => {
  const words = (TEXT[event.type] as (event: RunEvent) => string)(event);
  return `${oneLine(`${at.slice(11, 19)}  ${labels.get(run) ?? run}  ${words}`)}\n`;
};

/** Returns the exit status that the outcome deserves. */
export const follow = async (context: Context, id: string, lastEventId?: string): Promise<number> => {
  const { api, json, out, note, signal } = context;
  const get = (): Promise<Submission> => api.GET('/api/v1/submissions/{id}', { params: { path: { id } } }).then(answer);
  const labels = new Map((await get()).runs.map((run) => [run.id, runLabel(run)]));
  let last = lastEventId;
  try {
    const onReconnect = (error: unknown) => note(`(connection lost: ${(error as Error).message}; trying again)\n`);
    for await (const record of events(api, id, { lastEventId, signal, onReconnect })) {
      last = record.id;
      out(json ? `${JSON.stringify(record)}\n` : lineOf(labels, record));
    }
  } catch (error) {
    if (signal.aborted && last !== undefined) note(`\nto go on: topiary logs ${id} --after ${last}\n`);
    throw error;
  }
  return hasFailed(await get()) ? EXIT.failed : EXIT.ok;
};
