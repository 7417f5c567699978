/**
 * Trains the classifier whose features tell generated pictures of shapes16 from drawn ones, and writes its file: four layers,
 * logits and the 48 numbers before the last activation. Once boards use it, another one re-bases every score.
 *
 * `npx tsx scripts/train-critic.ts [--steps 1500] [--critic <sha256>] [--threads 2] [--out packages/zoo/shipped]`
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cosine, crossEntropy, LABELS, sgd } from '@topiary/autodiff';
import { decode, encode, floats, type Graph, ints, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile, Trainer } from '@topiary/runtime';
import { batches, inOrder, materialize, Shapes16, type Split, shippedFolder } from '@topiary/zoo';
import { referenceOf } from './dense/reference.js';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '1500' },
    /** Hash of one that is there: its statistics are computed again. */
    critic: { type: 'string' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: shippedFolder() },
  },
});
const threads = Number(values.threads);

const critic = (): Graph => {
  const b = createBuilder();
  let x = b.input('x', 'float32', ['N', 1, 16, 16]);
  const linear = (from: string, name: string, inputs: number, features: number): string => {
    const weight = b.parameter(`${name}.weight`, [inputs, features], { rule: 'kaiming-normal', fan: inputs });
    const product = b.op('MatMul', [from, weight]);
    return b.op('Add', [product, b.parameter(`${name}.bias`, [features], { rule: 'zeros' })]);
  };
  const channels = [1, 32, 64, 64];
  [1, 2, 2].forEach((stride, i) => {
    const [inputs, outputs] = [channels[i]!, channels[i + 1]!];
    const rule = { rule: 'kaiming-normal', fan: 9 * inputs } as const;
    const weight = b.parameter(`conv${i}.weight`, [outputs, inputs, 3, 3], rule);
    const bias = b.parameter(`conv${i}.bias`, [outputs], { rule: 'zeros' });
    const window = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]), strides: ints([stride, stride]) };
    x = b.op('Relu', [b.op('Conv', [x, weight, bias], window)]);
  });
  const features = linear(b.op('Flatten', [x]), 'features', 64 * 16, 48);
  b.output(linear(b.op('Relu', [features]), 'logits', 48, 10), 'logits');
  return b.build('critic');
};

/** Share of pictures whose largest logit is that of their class. */
const accuracyOf = async (graph: Graph, split: Split): Promise<number> => {
  const session = await compile(graph, { threads, level: 'all' });
  let right = 0;
  for await (const { images, labels, size } of inOrder(split, 500)) {
    const { logits } = await session.run({ x: floats(images, [size, ...split.dims]) });
    const data = logits!.data as Float32Array;
    labels.forEach((label, i) => {
      const row = data.subarray(i * 10, (i + 1) * 10);
      right += Number(row.indexOf(Math.max(...row)) === label);
    });
  }
  await session.release();
  return right / split.length;
};

/** The same network with its features as a second output. */
const withFeatures = (graph: Graph): Graph => {
  const last = graph.nodes.findIndex(({ inputs }) => inputs.includes('features.bias'));
  const value = graph.nodes[last]!.outputs[0]!;
  const named = (name: string) => (name === value ? 'features' : name);
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(named),
    outputs: node.outputs.map(named),
  }));
  return { ...graph, nodes, outputs: [...graph.outputs, { name: 'features', type: 'float32', shape: ['N', 48] }] };
};

/** Trained from its seed, with its features as a second output. */
const trained = async (train: Split, steps: number): Promise<Graph> => {
  const trainer = await Trainer.create(materialize(critic(), 0), {
    loss: crossEntropy(),
    optimizer: sgd({ momentum: 0.9 }),
    batch: 128,
    weightDecay: 5e-4,
    clip: 1,
    threads,
    provider: 'cpu',
  });
  const rate = cosine({ lr: 0.02, steps });
  let step = 0;
  for await (const { images, labels, size } of batches(train, { batch: 128, steps, seed: 0 })) {
    const feeds = { x: floats(images, [size, ...train.dims]), [LABELS]: tensor('int32', [size], labels) };
    const { loss } = await trainer.step(feeds, rate(step));
    step += 1;
    if (step % 100 === 0) console.log(`${step}/${steps}: loss ${loss.toFixed(4)}`);
  }
  const graph = withFeatures(trainer.export());
  await trainer.release();
  return graph;
};

const { train, test } = await Shapes16.open({ dataDir: '' });
const known = values.critic;
const file = known
  ? readFileSync(join(values.out, `${known}.onnx`))
  : encode(await trained(train, Number(values.steps)));
const graph = decode(new Uint8Array(file));
const sha256 = createHash('sha256').update(file).digest('hex');
const reference = await referenceOf(graph, train, test, threads);
writeFileSync(join(values.out, `${sha256}.onnx`), file);
writeFileSync(
  join(values.out, `${sha256}.json`),
  `${JSON.stringify({ critic: sha256, dataset: Shapes16.id, ...reference })}\n`,
);
const accuracy = 100 * (await accuracyOf(graph, test));
console.log(
  `${sha256}: ${accuracy.toFixed(2)} % of ${test.length} test pictures, floor ${reference.floor.value.toFixed(4)}`,
);
