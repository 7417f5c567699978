/**
 * One training step of a detector, assigner and loss included, alternated with the same network's in PyTorch (peers/detector.py,
 * written from the description of both): AdamW, a bound on the gradient, an average of the weights. Each computes alone.
 *
 * `npx tsx scripts/bench/detector-step.ts [--board detection.anchorfree-tiny.shapes-det] [--threads 2] [--repetitions 21]
 *   [--clock wall|cpu] [--dry]`
 * PYTHON names a Python with torch. Adds one line of JSON to scripts/bench/results/detector-step.jsonl.
 */
import { parseArgs } from 'node:util';
import { adamw } from '@topiary/autodiff';
import { graphOf, single } from '@topiary/pipeline';
import { Trainer } from '@topiary/runtime';
import { taskOf } from '@topiary/tasks';
import { boardOf, trackById } from '@topiary/tracks';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import { clockOf } from './clock.js';
import { alternated, alternatedTable, recordAlternated, stepPeer } from './step-peer.js';

const { values } = parseArgs({
  options: {
    board: { type: 'string', default: 'detection.anchorfree-tiny.shapes-det' },
    threads: { type: 'string', default: '2' },
    repetitions: { type: 'string', default: '21' },
    clock: { type: 'string', default: 'wall' },
    dry: { type: 'boolean', default: false },
  },
});
const clock = clockOf(values.clock);
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

const peer = await stepPeer(['detector.py', 'step', ...shapeOf()]);
const trainer = await Trainer.create(graphOf(base), {
  ...{ provider: 'cpu', threads, batch, weightDecay, clip, ema },
  loss: task.loss(null),
  optimizer: adamw(),
});
const found = await alternated(peer, {
  ...{ clock, repetitions: Number(values.repetitions) },
  take: () => trainer.step(feeds, lr),
});
await trainer.release();

console.log(`${board.model}, batch ${batch}, ${threads} threads, ${clock} time, ${found.ours.n} rounds`);
console.log(alternatedTable(found));
if (!values.dry) {
  const about = { threads, clock, board: board.id, batch };
  await recordAlternated('detector-step', about, found);
}
