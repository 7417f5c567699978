/** ReduceTo of a tensor that was one number per channel, [C, 1, 1] or [N, C, 1, 1], before it was broadcast. */
import { elementsAt, int } from '@topiary/onnx';
import { padTo, reshape } from './_nchwc.js';
import type { BlockedRule, Candidate } from './_rule.js';
import { sums } from './_sums.js';

const examplesOf = (c: Candidate): number | null => {
  const [N, C] = c.shape(0);
  const [n, channels, ...places] = [...Array<number>(4).fill(1), ...c.outShape(0)].slice(-4);
  const fits = channels === C && places.every((dim) => dim === 1) && (n === 1 || n === N);
  return fits ? Number(n) : null;
};

export const reduceTo: BlockedRule = {
  gives: 'plain',
  takes: (c) => c.arrives(0) && c.shape(0).length === 4 && elementsAt(c.outShape(0)) > 1 && examplesOf(c) !== null,
  lower: (c) => {
    const { b, block } = c;
    const dY = c.blocked(0);
    const [N, C, H, W] = b.shape(dY).map(Number) as [number, number, number, number];
    const examples = examplesOf(c)!;
    const perExample = (): string => {
      const view = reshape(b, dY, [(N * C) / block, H * W, block]);
      return reshape(b, b.op('ReduceSum', [view, b.int64s([1])], { keepdims: int(0) }), [N, C]);
    };
    const total = examples === 1 ? reshape(b, sums(b, dY, block), [1, C]) : perExample();
    return [reshape(b, padTo(b, total, [examples, Number(c.shape(0)[1])]), c.outShape(0).map(Number))];
  },
};
