/** Small tools of the lowering tests: seeded numbers, products, and a graph run through lowering and onnxruntime. */
import { elements, floats, type GraphBuilder, type Tensor, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type CompileOptions, compile, type Feeds } from '@topiary/runtime';

/** Mulberry32, uniform in (-1, 1). */
export const numbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
};

export const random = (seed: number, dims: readonly number[]): Tensor => {
  const next = numbers(seed);
  return floats(Float32Array.from({ length: elements(dims) }, next), dims);
};

export const dot = (a: Tensor, b: Tensor): number => {
  const [p, q] = [toNumbers(a), toNumbers(b)];
  return p.reduce((sum, value, i) => sum + value * q[i]!, 0);
};

export const norm = (a: Tensor): number => Math.sqrt(dot(a, a));

/** |a - b| / |b| over all elements. */
export const distance = (a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number => {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i += 1) {
    difference += (Number(a[i]) - Number(b[i])) ** 2;
    size += Number(b[i]) ** 2;
  }
  return Math.sqrt(difference / Math.max(size, 1e-30));
};

/** Builds a graph on inputs of the feeds' types, runs it once, returns the values by the names given. */
export const evaluate = async (
  feeds: Feeds,
  build: (b: GraphBuilder) => Readonly<Record<string, string>>,
  options: CompileOptions = {},
): Promise<Feeds> => {
  const b = createBuilder();
  for (const [name, { type, dims }] of Object.entries(feeds)) b.input(name, type, dims);
  for (const [name, value] of Object.entries(build(b))) b.output(value, name);
  const session = await compile(b.build('test'), { provider: 'cpu', threads: 1, ...options });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
};
