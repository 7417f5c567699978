/**
 * One training step of a detector, assigner and loss included, alternated with the same network's in PyTorch (peers/detector.py,
 * written from the description of both): AdamW, a bound on the gradient, an average of the weights. Each computes alone.
 *
 * `npx tsx scripts/bench/detector-step.ts [--board detection.anchorfree-tiny.shapes-det] [--threads 2] [--repetitions 21]
 *   [--clock wall|cpu] [--dry]`
 * PYTHON names a Python with torch. Adds one line of JSON to scripts/bench/results/detector-step.jsonl.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { adamw } from '@topiary/autodiff';
import { graphOf, single } from '@topiary/pipeline';
import { Trainer } from '@topiary/runtime';
import { taskOf } from '@topiary/tasks';
import { boardOf, trackById } from '@topiary/tracks';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import { timed } from './clock.js';
import { machine, matMulRate } from './machine.js';
import type { Clock } from './peer.js';
import { summarize, table } from './summary.js';

const { values } = parseArgs({
  options: {
    board: { type: 'string', default: 'detection.anchorfree-tiny.shapes-det' },
    threads: { type: 'string', default: '2' },
    repetitions: { type: 'string', default: '21' },
    clock: { type: 'string', default: 'wall' },
    dry: { type: 'boolean', default: false },
  },
});
if (values.clock !== 'wall' && values.clock !== 'cpu')
  throw new Error(`--clock takes wall or cpu, not ${values.clock}`);
const clock: Clock = values.clock;
const threads = Number(values.threads);
const board = boardOf(values.board);
const { batch, weightDecay, clip, ema, lr } = board.finetune;
const base = single(materialize(buildModel(modelOf(board.model)), 0));
const task = await taskOf('detection').open({
  dataset: board.dataset,
  dataDir: process.env['DATA_DIR'] ?? '.data/datasets',
  testSecret: null,
  pipeline: base,
  settings: { classes: [], license: null },
  options: trackById('detection').protocol.options,
  evaluationBatch: batch,
});
const feeds = (await task.batches(base, { from: 'train', batch, steps: 1, seed: 0 }).next()).value!;

/** The same widths as the model file's: R and K from its outputs, G from the batch. */
const shapeOf = (): readonly string[] => {
  const [boxes, scores] = graphOf(base).outputs.map(({ shape }) => Number(shape[1]));
  const size = modelOf(board.model).input[1]!;
  const objects = feeds['truth-boxes']!.dims[1]!;
  const given = {
    depth: 0.33,
    width: 0.125,
    widest: 512,
    classes: scores!,
    bins: boxes! / 4,
    size,
    batch,
    objects,
    threads,
  };
  return Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
};

const python = process.env['PYTHON'] ?? 'python3';
const peer: ChildProcessWithoutNullStreams = spawn(python, [
  join(import.meta.dirname, 'peers/detector.py'),
  'step',
  ...shapeOf(),
]);
peer.stderr.pipe(process.stderr);
const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const answer = async (): Promise<Readonly<Record<string, string | number>>> => {
  const { value, done } = await lines.next();
  if (done) throw new Error(`'${python}' did not go on; set PYTHON to a Python that has torch`);
  return JSON.parse(value);
};

const name = String((await answer())['name']);
const trainer = await Trainer.create(graphOf(base), {
  ...{ provider: 'cpu', threads, batch, weightDecay, clip, ema },
  loss: task.loss(null),
  optimizer: adamw(),
});
const times = { ours: [] as number[], theirs: [] as number[] };
// the first round of each grows its memory and does not count
for (let round = 0; round <= Number(values.repetitions); round += 1) {
  const ours = await timed(clock, () => trainer.step(feeds, lr));
  peer.stdin.write('step\n');
  const theirs = Number((await answer())[clock]);
  if (round === 0) continue;
  times.ours.push(ours);
  times.theirs.push(theirs);
}
peer.stdin.end();
await trainer.release();

const [ours, theirs] = [summarize(times.ours), summarize(times.theirs)];
const ratios = { median: ours.medianMs / theirs.medianMs, min: ours.minMs / theirs.minMs };
console.log(`${board.model}, batch ${batch}, ${threads} threads, ${clock} time, ${ours.n} rounds`);
console.log(
  table(
    ['', 'median (ms)', 'minimum (ms)'],
    [
      ['ours', ours.medianMs.toFixed(1), ours.minMs.toFixed(1)],
      [name, theirs.medianMs.toFixed(1), theirs.minMs.toFixed(1)],
      ['ratio', ratios.median.toFixed(3), ratios.min.toFixed(3)],
    ],
  ),
);
if (!values.dry) {
  const results = join(import.meta.dirname, 'results');
  const gflops = await matMulRate(threads, clock);
  const line = { at: new Date().toISOString(), machine: machine(), threads, clock, gflops, board: board.id, batch };
  await mkdir(results, { recursive: true });
  await appendFile(
    join(results, 'detector-step.jsonl'),
    `${JSON.stringify({ ...line, ours, peer: { name, ...theirs }, ratio: ratios.median, ratioMin: ratios.min })}\n`,
  );
}
