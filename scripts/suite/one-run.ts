/** One run of the suite in a process of its own: a job comes in, the line of the result goes out. */
import { readFile } from 'node:fs/promises';
import { parseTarget } from '@topiary/contracts';
import { boardOf, divisionOf, fillRecipe, recipeLabel } from '@topiary/tracks';
import { isShipped } from '@topiary/tracks/catalogue';
import { SHIPPED, shippedFiles } from '@topiary/zoo/catalogue';
import { recipeRun } from '../../workers/evaluator/src/recipe-run.js';
import { type Run, withContext } from '../experiments/context.js';
import { shippedRunOf } from './record.js';
import { type Answer, FIRST_SEED, type SuiteJob } from './suite-job.js';

type Base = Pick<Run, 'model' | 'parts' | 'normalisation' | 'known'>;

/** The shipped base model of a board. */
const baseOf = async (board: ReturnType<typeof boardOf>): Promise<Base> => {
  const shipped = SHIPPED.find(({ model, dataset }) => model === board.model && dataset === board.dataset);
  if (!shipped) throw new Error(`no base model of ${board.id} is shipped`);
  const [model, ...parts] = await Promise.all(shippedFiles(shipped).map(({ path }) => readFile(path)));
  return {
    model: model!,
    parts,
    normalisation: shipped.settings as Run['normalisation'],
    known: { metrics: [...shipped.metrics], splitHash: shipped.splitHash },
  };
};

const now = (): string => new Date().toISOString();

/** As the worker runs it, on one thread, without latency: the machine has other work. */
const answerOf = async (job: SuiteJob): Promise<Answer> => {
  const board = boardOf(job.board);
  const filled = fillRecipe(board, job.recipe);
  const base = await baseOf(board);
  const { dataDir, ...asked } = job;
  const run = { ...asked, ...base, threads: 1, ...(dataDir === null ? {} : { dataDir }) };
  return withContext(run, async (context) => {
    const { result } = await recipeRun(context);
    const storedAs = async (kind: string): Promise<string | null> => {
      const found = result.artefacts.find((artefact) => artefact.kind === kind);
      return found ? Buffer.from(await context.storage.read(found.sha256)).toString('base64') : null;
    };
    const shown = job.seed === FIRST_SEED ? result.artefacts.filter(isShipped) : [];
    const files = await Promise.all(
      shown.map(async (ref) => ({
        ...ref,
        text: Buffer.from(await context.storage.read(ref.sha256)).toString('utf8'),
      })),
    );
    const ended = { result, target: parseTarget(job.target), seed: job.seed, board: board.id, finishedAt: now() };
    const line = shippedRunOf({ label: recipeLabel(filled), recipe: filled }, ended, {
      division: divisionOf(board, filled),
      correct: await storedAs('correct'),
      answers: await storedAs('answers'),
      noLatency: true,
    });
    return shown.length === 0
      ? { run: line, files: null }
      : { run: { ...line, artefacts: shown }, files: { widths: result.widths, files } };
  });
};

// what a run says of itself is nobody's business here
console.log = () => undefined;

process.on('message', (job: SuiteJob) => {
  answerOf(job).then(
    (answer) => process.send!(answer),
    (error: unknown) => process.send!({ problem: String(error) } satisfies Answer),
  );
});
