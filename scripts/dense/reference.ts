/** What features of drawn pictures are like, as a shipped classifier sees them; and how far as many others of them lie away. */
import type { Graph } from '@topiary/onnx';
import type { Pipeline } from '@topiary/pipeline';
import { compile } from '@topiary/runtime';
import { type Compute, frechetDistance, judge, momentsOf } from '@topiary/tasks';
import type { MemorySplit } from '@topiary/zoo';

/** Samples that boards judge by. */
const FLOOR = 5000;

export const computeHere = (threads: number): Compute => ({
  pause: async () => undefined,
  open: async ({ parts }: Pipeline) => {
    const open = [...parts].map(
      async ([id, { graph }]) => [id, await compile(graph, { threads, level: 'all' })] as const,
    );
    const sessions = new Map(await Promise.all(open));
    return {
      run: (part, feeds) => sessions.get(part)!.run(feeds),
      release: async () => {
        for (const session of sessions.values()) await session.release();
      },
    };
  },
});

const asFloats = ({ pixels }: MemorySplit): Float32Array =>
  Float32Array.from(pixels, (byte) => (byte / 255 - 0.5) / 0.5);

export interface Reference {
  readonly pictures: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly floor: { readonly n: number; readonly value: number };
}

export const referenceOf = async (
  graph: Graph,
  train: MemorySplit,
  test: MemorySplit,
  threads: number,
): Promise<Reference> => {
  const compute = computeHere(threads);
  const width = Number(graph.outputs[1]!.shape[1]);
  const plain = { graph, mean: new Array<number>(width).fill(0), deviation: new Array<number>(width).fill(1) };
  const raw = await judge(plain, asFloats(train), train.dims, compute);
  const { mean, covariance } = momentsOf(raw.features, width);
  const deviation = covariance.map((row, i) => Math.sqrt(row[i]!));
  const standard = covariance.map((row, i) => row.map((value, k) => value / (deviation[i]! * deviation[k]!)));
  const others = await judge({ graph, mean, deviation }, asFloats(test).subarray(0, FLOOR * 256), test.dims, compute);
  const value = frechetDistance(momentsOf(others.features, width), { mean: mean.map(() => 0), covariance: standard });
  return { pictures: train.length, mean, deviation, covariance: standard, floor: { n: FLOOR, value } };
};
