/** Slopes by Richardson-extrapolated central differences, in double precision wherever onnxruntime computes so. */
import { elements, type Graph, type Tensor, toNumbers } from '@topiary/onnx';
import { createSession, type Feeds, runSession } from './onnxruntime.js';
import { uniform } from './operands.js';

export interface Slopes {
  readonly graph: Graph;
  readonly feeds: Feeds;
  /** L = Σ c · output. */
  readonly functional: readonly { readonly output: string; readonly c: Tensor }[];
  /** Claimed gradients by input. */
  readonly slopes: Feeds;
  readonly linear: boolean;
}

const double = (value: Tensor): Tensor =>
  value.type === 'float32' ? { type: 'float64', dims: value.dims, data: Float64Array.from(toNumbers(value)) } : value;

/** The same graph on float64. */
const inDouble = (graph: Graph): Graph => ({
  ...graph,
  inputs: graph.inputs.map((input) => (input.type === 'float32' ? { ...input, type: 'float64' as const } : input)),
  outputs: graph.outputs.map((output) =>
    output.type === 'float32' ? { ...output, type: 'float64' as const } : output,
  ),
  initializers: new Map(
    [...graph.initializers].map(([name, initializer]) => {
      if (initializer.source.kind !== 'data' || initializer.type !== 'float32') return [name, initializer];
      const { type, data } = double({ ...initializer, data: initializer.source.data });
      return [name, { ...initializer, type, source: { kind: 'data' as const, data } }];
    }),
  ),
});

/** Not every kernel exists for doubles; the others get a larger step. */
const open = async (graph: Graph) => {
  try {
    return { session: await createSession(inDouble(graph)), precise: true };
  } catch {
    return { session: await createSession(graph), precise: false };
  }
};

const DIRECTIONS = 4;

/** Relative L2 distance of claimed and measured slopes over random directions, per input. */
export const relativeSlopeError = async (s: Slopes): Promise<Record<string, number>> => {
  const { session, precise } = await open(s.graph);
  const cast = (value: Tensor) => (precise ? double(value) : value);
  const lossAt = async (name: string, direction: readonly number[], by: number): Promise<number> => {
    const moved = toNumbers(s.feeds[name]!).map((x, i) => x + by * direction[i]!);
    const type = precise ? ('float64' as const) : ('float32' as const);
    const data = precise ? Float64Array.from(moved) : Float32Array.from(moved);
    const feeds = Object.fromEntries(Object.entries(s.feeds).map(([key, value]) => [key, cast(value)]));
    const results = await runSession(session, { ...feeds, [name]: { type, dims: s.feeds[name]!.dims, data } });
    return s.functional.reduce((sum, { output, c }) => {
      const weights = toNumbers(c);
      return toNumbers(results[output]!).reduce((part, y, i) => part + y * weights[i]!, sum);
    }, 0);
  };
  const step = s.linear ? 1 : precise ? 0.01 : 0.04;
  const error: Record<string, number> = {};
  try {
    for (const [name, slope] of Object.entries(s.slopes)) {
      const claimed = toNumbers(slope);
      let [apart, size] = [0, 0];
      for (let k = 0; k < DIRECTIONS; k += 1) {
        const next = uniform(1000 + k);
        const direction = Array.from({ length: elements(slope.dims) }, () => 2 * next() - 1);
        const central = async (h: number) =>
          ((await lossAt(name, direction, h)) - (await lossAt(name, direction, -h))) / (2 * h);
        const coarse = await central(step);
        const measured = s.linear ? coarse : (4 * (await central(step / 2)) - coarse) / 3;
        const along = claimed.reduce((sum, g, i) => sum + g * direction[i]!, 0);
        apart += (along - measured) ** 2;
        size += measured ** 2;
      }
      error[name] = Math.sqrt(apart / Math.max(size, 1e-30));
    }
  } finally {
    await session.release();
  }
  return error;
};
