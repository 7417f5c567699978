/**
 * What the parts of a step could take at most of this machine: of a product or a convolution, what MatMul does with matrices of
 * the same shape (a convolution's: places × taps of a place, taps × channels); of everything else, the rate at which the memory is added to.
 */
import { elements, floats, type Tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile } from '@topiary/runtime';
import { type NodeTime, profiledNodes } from './profile.js';

const STEPS = 6;
/** Rows of a product: more are no faster. */
const MOST_ROWS = 2048;
/** Elements of a sum of two tensors: 64 MB each, more than a cache holds. */
const ADDED = 2 ** 24;

/** `count` products of M × K by K × N. */
export interface Product {
  readonly count: number;
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

export const flopsOf = ({ count, M, K, N }: Product): number => 2 * count * M * K * N;

/** Null for what is neither a product nor a convolution of more than one channel a group. */
export const productOf = ({ operator, inputs, outputs }: NodeTime): Product | null => {
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
const timeOf = async (
  threads: number,
  op: string,
  shapes: readonly (readonly number[])[],
  out: readonly number[],
): Promise<number> => {
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

/** Operations per ms that MatMul reaches with a shape; each shape is tried once. */
export const roofsOf = (threads: number): ((product: Product) => Promise<number>) => {
  const known = new Map<string, Promise<number>>();
  return (product) => {
    const { K, N } = product;
    const M = Math.min(product.M, MOST_ROWS);
    const count = Math.min(product.count, Math.max(1, Math.floor(MOST_ROWS / M)));
    const key = [count, M, K, N].join();
    const shape = (...matrix: number[]) => (count === 1 ? matrix : [count, ...matrix]);
    const attempt = async () => {
      const ms = await timeOf(threads, 'MatMul', [shape(M, K), shape(K, N)], shape(M, N));
      return flopsOf({ count, M, K, N }) / ms;
    };
    const made = known.get(key) ?? attempt();
    known.set(key, made);
    return made;
  };
};

/** Bytes per ms that are read and written where two tensors are added. */
export const memoryRate = async (threads: number): Promise<number> =>
  (12 * ADDED) / (await timeOf(threads, 'Add', [[ADDED], [ADDED]], [ADDED]));

/** Their results are their operands' memory. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity', 'SequenceEmpty']);

/** They read what they write, whatever the size of what they take it from. */
const TAKES = new Set(['Gather', 'Slice']);

export const bytesOf = ({ operator, inputs, outputs }: NodeTime): number => {
  if (VIEWS.has(operator)) return 0;
  const moved = TAKES.has(operator) ? [...outputs, ...outputs] : [...inputs, ...outputs];
  return 4 * moved.reduce((sum, dims) => sum + elements(dims), 0);
};
