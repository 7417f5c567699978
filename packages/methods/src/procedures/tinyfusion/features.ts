/**
 * Features of the whole network as a further teacher of the shallow one: behind every block that stayed, the stream of the
 * teacher behind the block at the same share of its depth. Values further than two deviations from the mean of their example
 * are left out on either side; without that the few huge ones are all that counts.
 *
 *   L + β mean over blocks of mean (m_s h_s - m_t h_t)²,   m = [ |h - mean h| < 2 std h ]
 */
import { embed, type Loss, stopGradient } from '@topiary/autodiff';
import { type Graph, type GraphBuilder, int } from '@topiary/onnx';
import { blocksOf } from '@topiary/pruning';

/** Fed beside a batch: β of the step. */
export const SHARE = 'features';

const DEVIATIONS = 2;
const FLOAT = 1;

/** The teacher's block of each of the student's: the last of the stretch that it stands for. */
export const matched = (student: number, teacher: number): readonly number[] =>
  Array.from({ length: student }, (_, i) => Math.ceil(((i + 1) * teacher) / student) - 1);

/** h with its outliers as 0; mean and deviation are of each example. */
const masked = (b: GraphBuilder, h: string): string => {
  const axes = b.int64s(Array.from({ length: b.shape(h).length - 1 }, (_, i) => i + 1));
  const mean = (x: string) => b.op('ReduceMean', [x, axes], { keepdims: int(1) });
  const apart = b.op('Sub', [h, mean(h)]);
  const squared = b.op('Mul', [apart, apart]);
  const limit = b.op('Mul', [mean(squared), b.scalar(DEVIATIONS ** 2)]);
  const inside = b.op('Cast', [b.op('Less', [squared, limit])], { to: int(FLOAT) });
  return b.op('Mul', [h, stopGradient(b, inside)]);
};

/** The loss of a shallow network, with features of `teacher` beside it; its step has a further input, β. */
export const withFeatures = (loss: Loss, student: Graph, teacher: Graph): Loss => {
  const [own, whole] = [blocksOf(student), blocksOf(teacher)];
  const pairs = matched(own.length, whole.length).map((j, i) => [own[i]!.out, whole[j]!.out] as const);
  return {
    ...loss,
    id: `${loss.id}-features`,
    build: (c) => {
      const { b, inputs, value } = c;
      const { loss: rest, ...values } = loss.build(c);
      const taught = b.scoped('features', () => embed(b, teacher, { inputs }));
      const apart = pairs.map(([ours, theirs]) => {
        const difference = b.op('Sub', [masked(b, value(ours)), stopGradient(b, masked(b, taught.value(theirs)))]);
        return b.op('ReduceMean', [b.op('Mul', [difference, difference])], { keepdims: int(0) });
      });
      const sum = apart.reduce((total, one) => b.op('Add', [total, one]));
      const share = b.op('Mul', [b.input(SHARE, 'float32', []), b.scalar(1 / apart.length)]);
      return { loss: b.op('Add', [rest, b.op('Mul', [sum, share])]), ...values };
    },
    perExample: () => null,
    sampled: () => null,
  };
};
