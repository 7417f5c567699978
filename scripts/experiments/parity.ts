/**
 * Parity with PyTorch: the same pruned file, the same batches, the same recipe; losses of the first steps and the
 * final accuracy beside the recorded run of resnet56-cifar10.ts.
 * Command: npx tsx scripts/experiments/parity.ts [--seeds 0,1] [--threads 2] (PYTHON: a Python with torch and onnx)
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { standard } from '@topiary/lowering';
import { prune } from '@topiary/methods';
import { encode } from '@topiary/onnx';
import { graphOf } from '@topiary/pipeline';
import { boardOf, type FilledRecipe, fillRecipe } from '@topiary/tracks';
import { type Batch, batches, datasetNamed, inOrder, normalized, type Split } from '@topiary/zoo';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { table } from '../bench/summary.js';
import { procedureIn, withContext } from './context.js';
import { BOARD, NAME, type Recorded } from './recorded.js';
import { addResult, readResults } from './results.js';
import { MEAN, readSample, STD } from './samples.js';

const CRITERION = 'magnitude-l2';
const PARITY = `${NAME}-parity`;
const PEER = join(import.meta.dirname, '../bench/peers/finetune.py');

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1' },
    threads: { type: 'string', default: String(availableParallelism()) },
    steps: { type: 'string', default: '400' },
  },
});
const [threads, steps] = [Number(values.threads), Number(values.steps)];

interface Parity {
  readonly seed: number;
  readonly steps: number;
  readonly peer: string;
  readonly threads: number;
  readonly before: number;
  readonly top1: number;
  readonly seconds: number;
  readonly load: readonly [number, number];
  readonly losses: readonly number[];
  readonly at: string;
}

/** The split as it lies on the disk: a mean of 0 and a deviation of 1/255 give the bytes back. */
const raw = (split: Split): Split => normalized(split, [0, 0, 0], [1 / 255, 1 / 255, 1 / 255]);

const bytesOf = ({ images, labels }: Batch): Uint8Array => {
  const bytes = new Uint8Array(images.length + labels.length);
  images.forEach((value, i) => {
    bytes[i] = Math.round(value);
  });
  bytes.set(labels, images.length);
  return bytes;
};

async function* inputOf(
  train: Split,
  test: Split,
  { finetune }: FilledRecipe,
  { job }: RunContext,
): AsyncGenerator<Uint8Array> {
  const { batch, lr, momentum, weightDecay } = finetune;
  const header = { steps, batch, lr, momentum, weightDecay, mean: MEAN, std: STD, dims: test.dims, test: test.length };
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  for await (const whole of inOrder(raw(test), test.length)) yield bytesOf(whole);
  const source = batches(raw(train), { batch, steps, seed: job.run.seed, augment: { crop: 4, flip: true } });
  for await (const one of source) yield bytesOf(one);
}

const feed = async ({ stdin }: ChildProcessWithoutNullStreams, input: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const piece of input) if (!stdin.write(piece)) await once(stdin, 'drain');
  stdin.end();
};

/** Everything that the peer says, put together. */
const listen = async (child: ChildProcessWithoutNullStreams) => {
  const losses: number[] = [];
  let said: Record<string, unknown> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const { step, loss, ...rest } = JSON.parse(line);
    said = { ...said, ...rest };
    if (step === undefined) continue;
    losses.push(loss);
    if (step % 20 === 0) console.log(`${new Date().toISOString()} step ${step}, loss ${loss.toFixed(4)}`);
  }
  if (said['top1'] === undefined) throw new Error(`${PEER} ended without a result`);
  return { said, losses };
};

const runPeer = (seed: number, model: Uint8Array): Promise<Parity> => {
  const recipe = { criterion: CRITERION, finetune: { steps } };
  const run = {
    board: BOARD,
    recipe,
    target: '2x',
    seed,
    threads,
    model,
    normalisation: { mean: MEAN, std: STD },
    codeVersion: 'experiment',
  };
  return withContext(run, async (context) => {
    const filled = fillRecipe(boardOf(BOARD), recipe);
    const prepared = await prepare(context);
    const { job, board, protocol } = context;
    const data = await datasetNamed(board.dataset).open({ dataDir: job.dataDir });
    const { pipeline } = prepared;
    const request = { pipeline, recipe: filled, target: job.run.target!, counter: protocol.counter };
    const pruned = await prune(procedureIn(context, prepared), request, () => undefined);
    const file = join(job.home, 'pruned.onnx');
    await writeFile(file, encode(standard(graphOf(pruned.pipeline))));
    const before = loadavg()[0]!;
    const child = spawn(process.env['PYTHON'] ?? 'python3', [PEER, file, `${threads}`]);
    child.stderr.pipe(process.stderr);
    child.stdin.on('error', () => undefined);
    const [{ said, losses }] = await Promise.all([
      listen(child),
      feed(child, inputOf(data.train, data.test, filled, context)),
    ]);
    return {
      seed,
      steps,
      peer: String(said['name']),
      threads: Number(said['threads']),
      before: Number(said['before']),
      top1: Number(said['top1']),
      seconds: Number(said['seconds']),
      load: [before, loadavg()[0]!],
      losses,
      at: new Date().toISOString(),
    };
  });
};

const FIRST = 5;

const print = (peers: readonly Parity[], ours: readonly Recorded[]): void => {
  const pairs = peers.flatMap((peer) => {
    const own = ours.find((one) => one.criterion === CRITERION && one.seed === peer.seed && one.steps === peer.steps);
    return own ? [{ peer, own }] : [];
  });
  const header = [
    'seed',
    'steps',
    'pruned',
    'PyTorch',
    'ours',
    'PyTorch',
    `loss, first ${FIRST} steps: largest difference`,
  ];
  const rows = pairs.map(({ peer, own }) => [
    `${peer.seed}`,
    `${peer.steps}`,
    own.top1.pruned.toFixed(2),
    peer.before.toFixed(2),
    own.top1.finetuned.toFixed(2),
    peer.top1.toFixed(2),
    Math.max(...peer.losses.slice(0, FIRST).map((loss, i) => Math.abs(loss - own.losses[i]!))).toExponential(1),
  ]);
  console.log(`\n${table(header, rows)}`);
  const full = pairs.filter(({ peer }) => peer.steps === steps);
  if (full.length === 0) return;
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    full.reduce((sum, pair) => sum + of(pair), 0) / full.length;
  const [own, peer] = [mean(({ own: { top1 } }) => top1.finetuned), mean((pair) => pair.peer.top1)];
  console.log(
    `${steps} steps, ${full.length} seeds: ours ${own.toFixed(2)}, PyTorch ${peer.toFixed(2)}, difference ${(own - peer).toFixed(2)}`,
  );
};

const { bytes } = await readSample('weights', `${NAME}.onnx`);
for (const seed of values.seeds
  .split(',')
  .filter((text) => text !== '')
  .map(Number)) {
  const done = (await readResults<Parity>(PARITY)).some((one) => one.seed === seed && one.steps === steps);
  if (!done) await addResult(PARITY, await runPeer(seed, bytes));
}
print(await readResults<Parity>(PARITY), await readResults<Recorded>(NAME));
