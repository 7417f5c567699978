/**
 * What share of the roof each part of a training step reaches. The roof of products and convolutions is what MatMul does with
 * matrices of the same shape (a convolution's: places × taps of a place, taps × channels); that of everything else, the rate
 * at which the memory is added to; what lies in a cache may exceed it. One thread by default; times of a profile are wall time, so the machine must be quiet.
 *
 * `npx tsx scripts/bench/roof.ts [--networks vit-blocks,…] [--threads 1] [--shapes]`; `--shapes` adds the slowest products.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { elements, floats, type Tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile } from '@topiary/runtime';
import { graphOf, networkOf } from './networks.js';
import { type NodeTime, profiledNodes, roleOf } from './profile.js';
import { table } from './summary.js';
import { profiledSteps } from './trainer.js';

const STEPS = 6;
/** Rows of a product: more are no faster. */
const MOST_ROWS = 2048;
/** Elements of a sum of two tensors: 64 MB each, more than a cache holds. */
const ADDED = 2 ** 24;
const SHOWN = 8;

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'vit-blocks,dit-blocks,gpt-blocks' },
    threads: { type: 'string', default: '1' },
    shapes: { type: 'boolean', default: false },
  },
});
const threads = Math.min(Number(values.threads), availableParallelism());

/** `count` products of M × K by K × N. */
interface Product {
  readonly count: number;
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

const flopsOf = ({ count, M, K, N }: Product): number => 2 * count * M * K * N;

/** Null for what is neither a product nor a convolution of more than one channel a group. */
const productOf = ({ operator, inputs, outputs }: NodeTime): Product | null => {
  const [[a, w], [y]] = [inputs, outputs];
  if (!a || !w || !y) return null;
  if (operator === 'Conv') {
    const [channels, ...taps] = w as [number, ...number[]];
    const K = elements(taps);
    return w.length < 4 || w[1] === 1 ? null : { count: 1, M: elements(y) / channels, K, N: channels };
  }
  if (!['MatMul', 'FusedMatMul', 'Gemm'].includes(operator) || a.length < 2 || y.length < 2) return null;
  const [M, N] = y.slice(-2) as [number, number];
  // one of the last two axes of an operand is its own, the other one is summed over
  const [p, q] = a.slice(-2) as [number, number];
  const K = p === M ? q : p;
  return w.length === 2 ? { count: 1, M: elements(y) / N, K, N } : { count: elements(y) / (M * N), M, K, N };
};

/** The shortest time of the one node of a graph, ms. */
const timeOf = async (op: string, shapes: readonly (readonly number[])[], out: readonly number[]): Promise<number> => {
  const b = createBuilder();
  const names = shapes.map((shape, i) => b.input(`x${i}`, 'float32', shape));
  b.output(b.op(op, names), 'y');
  const filled = (dims: readonly number[]): Tensor => floats(new Float32Array(elements(dims)).fill(0.5), dims);
  const feeds = Object.fromEntries(names.map((name, i) => [name, filled(shapes[i]!)]));
  const nodes = await profiledNodes(async (profile) => {
    const session = await compile(b.build('roof'), { provider: 'cpu', threads, profile }, []);
    const places = { y: filled(out) };
    for (let i = 0; i < STEPS; i += 1) await session.runInto(places, feeds);
    session.endProfiling();
    await session.release();
  });
  return Math.min(...[...nodes.values()].filter(({ operator }) => operator === op).map(({ ms }) => ms));
};

/** Operations per ms that MatMul reaches with a shape. */
const roofs = new Map<string, Promise<number>>();
const roofOf = (product: Product): Promise<number> => {
  const { K, N } = product;
  const M = Math.min(product.M, MOST_ROWS);
  const count = Math.min(product.count, Math.max(1, Math.floor(MOST_ROWS / M)));
  const key = [count, M, K, N].join();
  const known = roofs.get(key);
  if (known) return known;
  const shapes =
    count === 1
      ? [
          [M, K],
          [K, N],
        ]
      : [
          [count, M, K],
          [count, K, N],
        ];
  const made = timeOf('MatMul', shapes, count === 1 ? [M, N] : [count, M, N]).then(
    (ms) => flopsOf({ count, M, K, N }) / ms,
  );
  roofs.set(key, made);
  return made;
};

/** Bytes per ms that are read and written where two tensors are added. */
const memoryRate = async (): Promise<number> => (12 * ADDED) / (await timeOf('Add', [[ADDED], [ADDED]], [ADDED]));

/** Their results are their operands' memory. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity', 'SequenceEmpty']);

/** A gather reads what it writes, whatever the size of its table. */
const bytesOf = ({ operator, inputs, outputs }: NodeTime): number => {
  if (VIEWS.has(operator)) return 0;
  const moved = operator === 'Gather' ? [...outputs, ...outputs] : [...inputs, ...outputs];
  return 4 * moved.reduce((sum, dims) => sum + elements(dims), 0);
};

interface Part {
  ms: number;
  /** What it would take at the roof. */
  roofMs: number;
  /** Operations of its products, and bytes of what else it does. */
  flops: number;
  bytes: number;
}

const partsOf = async (nodes: ReadonlyMap<string, NodeTime>, bytesPerMs: number) => {
  const parts = new Map<string, Part>();
  const products: [string, number, number][] = [];
  for (const [name, node] of nodes) {
    const product = productOf(node);
    const role = `${roleOf(name, node.operator)}, ${product ? 'products' : 'the rest'}`;
    const part = parts.get(role) ?? { ms: 0, roofMs: 0, flops: 0, bytes: 0 };
    parts.set(role, part);
    part.ms += node.ms;
    if (!product) {
      part.bytes += bytesOf(node);
      part.roofMs += bytesOf(node) / bytesPerMs;
      continue;
    }
    const roofMs = flopsOf(product) / (await roofOf(product));
    part.flops += flopsOf(product);
    part.roofMs += roofMs;
    const { count, M, K, N } = product;
    products.push([`${role}: ${node.operator} ${count} × ${M} × ${K} × ${N}`, node.ms, roofMs]);
  }
  return { parts, products };
};

const bytesPerMs = await memoryRate();
console.log(`memory: ${(bytesPerMs / 1e6).toFixed(1)} GB/s read and written, ${threads} thread(s)\n`);
for (const id of values.networks.split(',')) {
  const network = networkOf(id);
  const graph = graphOf(network);
  const taken = { batch: network.batch, threads, steps: STEPS };
  const nodes = await profiledNodes((profile) => profiledSteps(graph, taken, profile));
  const { parts, products } = await partsOf(nodes, bytesPerMs);
  const whole = [...parts.values()].reduce((sum, { ms }) => sum + ms, 0);
  const rows = [...parts]
    .sort(([, a], [, b]) => b.ms - a.ms)
    .map(([role, { ms, roofMs, flops, bytes }]) => [
      role,
      ms.toFixed(2),
      `${((100 * ms) / whole).toFixed(1)} %`,
      flops > 0 ? `${(flops / ms / 1e6).toFixed(1)} GFLOP/s` : `${(bytes / ms / 1e6).toFixed(1)} GB/s`,
      roofMs.toFixed(2),
      `${((100 * roofMs) / ms).toFixed(0)} %`,
    ]);
  console.log(`${id}, batch ${network.batch}: ${whole.toFixed(1)} ms`);
  console.log(table(['part', 'ms', 'of the step', 'rate', 'ms at the roof', 'reached'], rows));
  if (values.shapes) {
    const slow = products.sort((a, b) => b[1] - b[2] - (a[1] - a[2])).slice(0, SHOWN);
    const lines = slow.map(([what, ms, roofMs]) => [what, ms.toFixed(2), roofMs.toFixed(2)]);
    console.log(`\n${table(['count × M × K × N, furthest from the roof', 'ms', 'at the roof'], lines)}`);
  }
  console.log('');
}
process.exit(0);
