/**
 * `npx tsx scripts/suite/local.ts [--boards classification.vgg-tiny.shapes32,…] [--workers 2] [--minutes 150]`
 *
 * The project's own suite on this machine, without a server: workers of one thread each, a line appended to the board's file
 * for every run that ends. Started again, it goes on where it was; `--minutes` ends a part. `--rows`, `--targets` and
 * `--seeds` leave the rest for another time. Data sets that are not drawn lie in `DATA_DIR`.
 */
import { fork } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BoardDescription, RecipeInput, ShippedRun } from '@topiary/contracts';
import { leaderboard } from '@topiary/stats';
import { BOARDS, boardOf, protocolOf, trackOf } from '@topiary/tracks';
import { shippedOn, shippedResultsFile, shippedResultsFolder, writeShippedFiles } from '@topiary/tracks/catalogue';
import { datasetState, SHIPPED } from '@topiary/zoo/catalogue';
import { rulesOf } from '../../apps/api/src/leaderboard.js';
import { fromShipped } from '../../apps/api/src/run-records.js';
import { codeVersionOf } from './code-version.js';
import { type Choice, nextRuns } from './plan.js';
import { merged, recordAmong } from './record.js';
import { type Answer, FIRST_SEED, type SuiteJob } from './suite-job.js';

const PROJECT = join(import.meta.dirname, '../..');

const shippedBoards = BOARDS.filter(({ model, dataset }) =>
  SHIPPED.some((one) => one.model === model && one.dataset === dataset),
).map(({ id }) => id);

const { values } = parseArgs({
  options: {
    boards: { type: 'string', default: shippedBoards.join(',') },
    workers: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '150' },
    /** Ids of recipes, labels of targets, seeds; empty: all. */
    rows: { type: 'string', default: '' },
    targets: { type: 'string', default: '' },
    seeds: { type: 'string', default: '' },
    /** Of recipes that leave it open. */
    scope: { type: 'string' },
    /** Controls of the rows that were chosen, too. */
    controls: { type: 'boolean', default: false },
    /** Where results are written, in the place of the project's own. */
    folder: { type: 'string' },
    /** Runs again what stands for a row and came without widths and pictures. */
    shown: { type: 'boolean', default: false },
  },
});

const FOLDER = values.folder ?? shippedResultsFolder(PROJECT);
const listed = (text: string): readonly string[] => text.split(',').filter(Boolean);
const CHOICE: Choice = {
  rows: listed(values.rows),
  targets: listed(values.targets),
  seeds: listed(values.seeds).map(Number),
  scope: (values.scope as Choice['scope']) ?? null,
  controls: values.controls,
};

const codeVersion = codeVersionOf(PROJECT);
const until = Date.now() + Number(values.minutes) * 60_000;

/** Under the board's present protocol; what was run again counts once. */
const doneOn = (board: BoardDescription): ShippedRun[] =>
  merged([], shippedOn(FOLDER, board.id)).filter(({ protocol }) => protocol === protocolOf(board).version);

/** Runs that stand for a row and have nothing to show, once more. */
const unshown = (board: BoardDescription): Omit<SuiteJob, 'codeVersion' | 'dataDir'>[] =>
  doneOn(board)
    .filter(({ seed, artefacts }) => seed === FIRST_SEED && artefacts === undefined)
    .map(({ recipe, target: { label: target }, seed }) => ({
      board: board.id,
      recipe: recipe as RecipeInput,
      target,
      seed,
    }));

/** As the server ranks them. */
const rowsOf = (board: BoardDescription) => (runs: readonly ShippedRun[]) =>
  leaderboard(runs.map(fromShipped), rulesOf(board));

/** A process of its own for each run, so that what one leaves behind costs no other one anything. */
const runOne = (job: SuiteJob): Promise<Answer> =>
  new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'one-run.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let answer: Answer = { problem: 'the process died' };
    child.on('message', (message: Answer) => {
      answer = message;
      child.disconnect();
    });
    child.once('exit', () => resolve(answer));
    child.send(job);
  });

const failed = new Set<string>();

/** Takes jobs until none is left; two workers never take the same one. */
const work = async (board: BoardDescription, jobs: SuiteJob[]): Promise<void> => {
  for (let job = jobs.shift(); job !== undefined && Date.now() < until; job = jobs.shift()) {
    const name = `${job.recipe.criterion}${job.recipe.regularizer ? ` + ${job.recipe.regularizer}` : ''} ${job.target} ${job.seed}`;
    const began = Date.now();
    const answer = await runOne(job);
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    if ('problem' in answer) {
      failed.add(JSON.stringify(job));
      console.log(`${board.id} ${name}: ${answer.problem}`);
      continue;
    }
    if (answer.files !== null) writeShippedFiles(FOLDER, answer.run, answer.files);
    appendFileSync(shippedResultsFile(FOLDER, board.id), `${JSON.stringify(answer.run)}\n`);
    const outcome = answer.run.metrics.findLast(({ id }) => id === trackOf(board).metrics[0]!.id)!.value;
    console.log(`${board.id} ${name}: ${outcome.toFixed(2)} in ${seconds} s, ${jobs.length} to go`);
  }
};

const finish = async (board: BoardDescription): Promise<void> => {
  for (;;) {
    const asked = values.shown ? unshown(board) : nextRuns(board, doneOn(board), rowsOf(board), CHOICE);
    const jobs = asked
      .map((one) => ({ ...one, codeVersion, dataDir: process.env['DATA_DIR'] ?? null }))
      .filter((job) => !failed.has(JSON.stringify(job)));
    if (jobs.length === 0 || Date.now() >= until) return;
    await Promise.all(Array.from({ length: Number(values.workers) }, () => work(board, jobs)));
  }
};

mkdirSync(dirname(shippedResultsFile(FOLDER, 'any')), { recursive: true });
for (const id of values.boards.split(',')) {
  const board = boardOf(id);
  const { present, reason } = await datasetState(board.dataset, process.env['DATA_DIR'] ?? '');
  if (!present) {
    console.log(`${board.id} is left out: ${reason}`);
    continue;
  }
  await finish(board);
  await recordAmong(FOLDER, board.id, []);
}
