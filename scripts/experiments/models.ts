/**
 * Every published network of the zoo beside PyTorch: parameters and multiply-accumulates by both counters, and sizes
 * after pruning, equal or not; with `--function`, outputs for the same weights and pictures, too.
 * Command: npx tsx scripts/experiments/models.ts
 *          PYTHON=python3 npx tsx scripts/experiments/models.ts --function ../Torch-Pruning [--models swin-tiny,vgg16]
 */
import { parseArgs } from 'node:util';
import type { Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { findGroups, planRatio } from '@topiary/pruning';
import { buildModel, modelOf, publishedAs } from '@topiary/zoo';
import { table } from '../bench/summary.js';
import peers from './published-models.json' with { type: 'json' };
import { writeResults } from './results.js';
import { distanceFromPyTorch } from './same-function.js';

const { values } = parseArgs({ options: { function: { type: 'string' }, models: { type: 'string' } } });

interface Peer {
  readonly params: number;
  readonly pure: number | null;
  readonly published: number;
}

const number = (value: number | null): string => value?.toLocaleString('en') ?? '-';
const verdict = (isEqual: boolean): string => (isEqual ? 'equal' : 'DIFFERS');

/** Products of two activations, which hooks on modules do not see. */
const attentionProducts = (graph: Graph, { byNode }: ReturnType<typeof count>): number =>
  byNode
    .filter(({ node: { op, inputs } }) => op === 'MatMul' && !inputs.some((input) => graph.initializers.has(input)))
    .reduce((sum, { pure }) => sum + pure, 0);

const countOf = (id: string, peer: Peer) => {
  const model = modelOf(id);
  const graph = buildModel(model);
  const counts = count(graph, { published: publishedAs(model) });
  const attention = attentionProducts(graph, counts);
  const isEqual =
    counts.params === peer.params &&
    counts.published === peer.published &&
    (peer.pure === null || counts.pure - attention === peer.pure);
  const { params, pure, published } = counts;
  return { model: id, params, pure, attention, published, isEqual };
};

const prune = ({ model: id, ratio, roundTo, ...peer }: (typeof peers.pruned)[number]) => {
  const model = modelOf(id);
  const found = findGroups(buildModel(model), { published: publishedAs(model) });
  const scores = new Map(found.groups.map((group) => [group.id, new Float64Array(group.channels)]));
  const { params, macs } = planRatio(found, scores, ratio, { scope: 'local', roundTo });
  const isEqual = params.left === peer.params && macs.published.left === peer.published;
  return { model: id, ratio, roundTo, params: params.left, published: macs.published.left, isEqual };
};

const counted = Object.entries(peers.models).map(([id, peer]) => countOf(id, peer));
const rows = counted.map(({ model, params, pure, attention, published, isEqual }) => [
  model,
  number(params),
  number(pure - attention),
  number(attention),
  number(published),
  verdict(isEqual),
]);
console.log(table(['model', 'params', 'pure', '+ attention', 'published', 'PyTorch'], rows));

const pruned = peers.pruned.map(prune);
const cuts = pruned.map(({ model, ratio, roundTo, params, published, isEqual }) => [
  model,
  `${ratio}`,
  `${roundTo}`,
  number(params),
  number(published),
  verdict(isEqual),
]);
console.log(`\n${table(['local, one step', 'ratio', 'multiple', 'params', 'published', 'Torch-Pruning'], cuts)}`);

const chosen = values.models?.split(',') ?? Object.keys(peers.models);
const distances: { model: string; distance: number }[] = [];
if (values.function !== undefined) {
  console.log('');
  for (const model of chosen) {
    const distance = await distanceFromPyTorch(model, values.function);
    distances.push({ model, distance });
    console.log(`${model}: largest difference of outputs ${distance.toExponential(2)} of the largest output`);
  }
  await writeResults('models', distances);
}
if ([...counted, ...pruned].some(({ isEqual }) => !isEqual) || distances.some(({ distance }) => !(distance < 1e-5))) {
  process.exitCode = 1;
}
