/** Writes what a suite measured as the project's own data: one line per run in `packages/tracks/shipped/<board>.jsonl`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Board, type Run, ShippedRun, type Submission } from '@topiary/contracts';
import {
  divisionOf,
  shippedOn,
  shippedResultsFile,
  shippedResultsFolder,
  shippedResultsText,
} from '@topiary/tracks/catalogue';
import type { Client } from '../client.js';

export interface RecordOptions {
  /** Leaves out what other work on the machine falsifies: latency, and the seconds of a step and of an epoch. */
  readonly noLatency: boolean;
  /** Of the project: its shipped results are written. */
  readonly project: string;
}

type Finished = Run & { readonly result: NonNullable<Run['result']>; readonly target: NonNullable<Run['target']> };

const isFinished = (run: Run): run is Finished => run.state === 'done' && run.result !== null && run.target !== null;

/** The private answers to the test examples, bits or numbers; only the server's owner is given them. */
const answersOf = async (client: Client, { result }: Finished, of: 'correct' | 'answers'): Promise<string | null> => {
  const found = result.artefacts.find(({ kind }) => kind === of);
  return found ? Buffer.from(await client.bytes(`/artefacts/${found.sha256}`)).toString('base64') : null;
};

/** A run as the project ships it. */
export const shippedRunOf = (
  { label, recipe }: Pick<Submission, 'label' | 'recipe'>,
  run: Pick<Finished, 'result' | 'target' | 'seed' | 'board' | 'finishedAt'>,
  {
    division,
    correct,
    answers = null,
    noLatency,
  }: Pick<RecordOptions, 'noLatency'> & Pick<ShippedRun, 'division' | 'correct' | 'answers'>,
): ShippedRun => {
  const { result, target, seed, board, finishedAt } = run;
  const { achieved, counter, flags, metrics, params, macs, costs, axes, seconds, machine } = result;
  const { recipeHash, protocol, codeVersion, splitHash } = result;
  return ShippedRun.parse({
    ...{ board, label, division, recipe, target, seed, correct, at: finishedAt },
    ...{ achieved, counter, flags, metrics, params, macs, seconds, machine },
    ...(costs === undefined ? {} : { costs }),
    ...(axes === undefined ? {} : { axes }),
    ...{ recipeHash, protocol, codeVersion, splitHash },
    ...(answers === null ? {} : { answers }),
    latency: noLatency ? null : result.latency,
    stepSeconds: noLatency ? null : result.stepSeconds,
    epochSeconds: noLatency ? null : result.epochSeconds,
  });
};

const keyOf = ({ target, recipeHash, seed, splitHash, protocol }: ShippedRun): string =>
  JSON.stringify([target.label, recipeHash, seed, splitHash, protocol]);

/** A run that was measured again takes the place of the recorded one; the others stay. */
export const merged = (before: readonly ShippedRun[], now: readonly ShippedRun[]): ShippedRun[] => [
  ...new Map([...before, ...now].map((run) => [keyOf(run), run])).values(),
];

/** Among the results that come with the project; returns all of the board. */
export const recordAmong = async (
  folder: string,
  board: string,
  runs: readonly ShippedRun[],
): Promise<readonly ShippedRun[]> => {
  const all = merged(shippedOn(folder, board), runs);
  await mkdir(folder, { recursive: true });
  await writeFile(shippedResultsFile(folder, board), shippedResultsText(all));
  return all;
};

/** Returns the file that was written. */
export const record = async (
  client: Client,
  board: Board,
  submissions: readonly Submission[],
  options: RecordOptions,
): Promise<string> => {
  const runs: ShippedRun[] = [];
  for (const submission of submissions) {
    const division = divisionOf(board, submission.recipe);
    for (const run of submission.runs.filter(isFinished)) {
      const [correct, answers] = [await answersOf(client, run, 'correct'), await answersOf(client, run, 'answers')];
      runs.push(shippedRunOf(submission, run, { division, correct, answers, ...options }));
    }
  }
  const folder = shippedResultsFolder(options.project);
  await recordAmong(folder, board.id, runs);
  return relative(process.cwd(), shippedResultsFile(folder, board.id));
};
