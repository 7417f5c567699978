/**
 * One training step of the encoder of SAM-tiny, alternated with the same network's in PyTorch (peers/segmenter.py, written from its
 * description): mean square of the distance to an embedding, AdamW, a bound on the gradient. Each computes alone.
 *
 * `npx tsx scripts/bench/segmenter-step.ts [--batch 4] [--threads 2] [--repetitions 21] [--clock wall|cpu] [--dry]`
 * PYTHON names a Python with torch. Adds one line of JSON to scripts/bench/results/segmenter-step.jsonl.
 */
import { parseArgs } from 'node:util';
import { adamw, lossGraph, parametersAs } from '@topiary/autodiff';
import { floats, int } from '@topiary/onnx';
import { LossTrainer } from '@topiary/runtime';
import { boardOf } from '@topiary/tracks';
import { buildSegmenter, fillNormal, materialize, randomFrom, SamTiny } from '@topiary/zoo';
import { SAM_TINY_ENCODER } from '../../packages/zoo/src/segmenters/sam-tiny.js';
import { clockOf } from './clock.js';
import { alternated, alternatedTable, recordAlternated, stepPeer } from './step-peer.js';

const BOARD = boardOf('segmentation.sam-tiny.scenes64');
const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: String(BOARD.finetune.batch) },
    threads: { type: 'string', default: '2' },
    repetitions: { type: 'string', default: '21' },
    clock: { type: 'string', default: 'wall' },
    dry: { type: 'boolean', default: false },
  },
});
const clock = clockOf(values.clock);
const [batch, threads] = [Number(values.batch), Number(values.threads)];
const { lr, clip } = BOARD.finetune;

const { global: attends, ...shape } = SAM_TINY_ENCODER;
const given = { params: SamTiny.expected.params, batch, threads, lr, clip, attends: attends.join(','), ...shape };
const peer = await stepPeer([
  ...(['segmenter.py', 'step'] as const),
  ...Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]),
]);

const encoder = materialize(buildSegmenter(SamTiny).encoder, 0);
const { picture, patch, channels } = SAM_TINY_ENCODER;
const side = picture / patch;
const [pictures, embeddings] = [
  [batch, 3, picture, picture],
  [batch, channels, side, side],
] as const;
const loss = lossGraph('embedding', ({ b, network }) => {
  const image = b.input('image', 'float32', [...pictures]);
  const wanted = b.input('wanted', 'float32', [...embeddings]);
  const apart = b.op('Sub', [network(encoder, { inputs: [image], as: 'encoder' }).outputs[0]!, wanted]);
  return { loss: b.op('ReduceMean', [b.op('Mul', [apart, apart])], { keepdims: int(0) }), metrics: {} };
});
const trainer = await LossTrainer.of(loss, {
  ...{ provider: 'cpu', threads, clip, optimizer: adamw(), weightDecay: 0 },
  parameters: parametersAs('encoder', encoder),
});
const random = randomFrom('segmenter-step');
const drawn = (dims: readonly number[]) =>
  floats(fillNormal(new Float32Array(dims.reduce((a, b) => a * b, 1)), 1, random), [...dims]);
const feeds = { image: drawn(pictures), wanted: drawn(embeddings) };
const found = await alternated(peer, {
  ...{ clock, repetitions: Number(values.repetitions) },
  take: () => trainer.step(feeds, lr),
});
await trainer.release();

console.log(`SAM-tiny, batch ${batch}, ${threads} threads, ${clock} time, ${found.ours.n} rounds`);
console.log(alternatedTable(found));
if (!values.dry) await recordAlternated('segmenter-step', { threads, clock, model: SamTiny.id, batch }, found);
