/**
 * Trains the base model of a board with the project's own engine and opens the board on this installation.
 *
 * `npm run fetch-data -- cifar10 && npm run train-base -- resnet20 cifar10`
 *
 * It may be killed and started again at any time; what an epoch left stands in the home. The accuracy is measured here and
 * kept here, in the home and in the database.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BoardDescription, TrainedBase } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { graphOf } from '@topiary/pipeline';
import { BOARDS, cannotRun } from '@topiary/tracks';
import { datasetOf, MODELS } from '@topiary/zoo';
import { describeMachine } from '../workers/evaluator/src/machine.js';
import { forget, measureBase, type Plan, planBase, trainBase } from './base/train.js';
import { findTrained, keepTrained } from './base/trained.js';
import { addressOf, connect, fail, main } from './client.js';
import { sendImport } from './send-import.js';

const USAGE = `usage: npm run train-base -- <model> <data set> [--epochs 24] [--seed 0]
  the model and the data set of a board: resnet20 cifar10 for classification.resnet20.cifar10
  --epochs   of the one cycle that the learning rate makes (24)
  --seed     of the first weights and of the order of the pictures (0)
  --batch, --lr   in the place of the recipe's
  --threads  (all cores)
  --url, --key  of the server (else TOPIARY_URL, TOPIARY_KEY, or what the home says); where none answers, the next start opens the board
Data are read from DATA_DIR, else from the home's datasets/; the home is TOPIARY_HOME, else .data.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const text = { type: 'string' } as const;

const parse = () => {
  try {
    const training = { epochs: text, seed: text, batch: text, lr: text, threads: text };
    return parseArgs({ allowPositionals: true, options: { ...training, url: text, key: text } });
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
};

const numberOf = (name: string, given: string | undefined, least: number): number | null => {
  if (given === undefined) return null;
  const value = Number(given);
  const isWhole = name === 'lr' || Number.isInteger(value);
  return value >= least && isWhole
    ? value
    : fail(`--${name}: expected a number from ${least} up; got ${given}\n${USAGE}`);
};

const PROVIDERS = ['auto', 'cpu', 'cuda'] as const;

const providerOf = (given: string): (typeof PROVIDERS)[number] =>
  PROVIDERS.find((one) => one === given) ??
  fail(`EXECUTION_PROVIDER: expected one of ${PROVIDERS.join(', ')}; got ${given}`);

/** Pictures with a label each, and a network of the zoo that names them: what this training knows. */
const isTrainable = (board: BoardDescription): boolean =>
  cannotRun(board) === null &&
  MODELS.some(({ id }) => id === board.model) &&
  datasetOf(board.dataset).boxes === undefined;

const boardNamed = (model: string, dataset: string): BoardDescription => {
  const open = BOARDS.filter(isTrainable);
  const found = open.find((board) => board.model === model && board.dataset === dataset);
  if (found) return found;
  throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
    where: 'model and data set',
    expected: `those of a board: ${open.map((board) => `${board.model} ${board.dataset}`).join(', ')}`,
    got: `${model} ${dataset}`,
  });
};

const planOf = (): Promise<Plan> => {
  const { values, positionals } = parse();
  const [model, dataset, more] = positionals;
  if (model === undefined || dataset === undefined || more !== undefined) return fail(USAGE);
  const number = (name: 'epochs' | 'seed' | 'batch' | 'lr' | 'threads', least: number) =>
    numberOf(name, values[name], least);
  const home = resolve(process.env['TOPIARY_HOME'] ?? '.data');
  return planBase({
    board: boardNamed(model, dataset),
    epochs: number('epochs', 1) ?? 24,
    seed: number('seed', 0) ?? 0,
    batch: number('batch', 2),
    lr: number('lr', 1e-9),
    home,
    dataDir: resolve(process.env['DATA_DIR'] || join(home, 'datasets')),
    testSecret: process.env['TEST_SPLIT_SECRET'] || null,
    compile: {
      provider: providerOf(process.env['EXECUTION_PROVIDER'] || 'auto'),
      threads: number('threads', 1) ?? availableParallelism(),
    },
  });
};

const make = async (plan: Plan): Promise<{ readonly trained: TrainedBase; readonly file: Uint8Array }> => {
  const { request, training, identity, mean, std, task } = plan;
  const { board, home, epochs, seed, compile } = request;
  say(
    `${board.title}: ${epochs} epochs of ${plan.stepsPerEpoch} steps of ${training.batch}, ${task.examples.train} examples`,
  );
  const network = await trainBase(plan, say);
  const file = encode(standard(graphOf(network)));
  const facts = {
    board: board.id,
    training: identity,
    mean: [...mean],
    std: [...std],
    metrics: await measureBase(plan, network),
    splitHash: task.hash,
    seed,
    epochs,
    recipe: { ...training },
    machine: { ...describeMachine({ provider: compile.provider ?? 'auto', threads: compile.threads ?? 0 }) },
  };
  const trained = await keepTrained(home, file, facts);
  await forget(plan);
  return { trained, file };
};

/** Whether a server answers there. */
const isUp = (url: string | null): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

await main(async () => {
  const { values } = parse();
  const plan = await planOf();
  const { board, home } = plan.request;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const { trained, file } = (await findTrained(home, board.id, plan.identity)) ?? (await make(plan));
  for (const { id, value, n } of trained.metrics) say(`${id} ${value.toFixed(3)} on ${n} test examples`);
  if (!(await isUp(await addressOf(values)))) return say(`no server is running: its next start opens ${board.id}`);
  await sendImport(await connect(values), file, {
    board: board.id,
    mean: trained.mean.join(),
    std: trained.std.join(),
  });
});
