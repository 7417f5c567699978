/** Pad of channels with zeros (a shortcut without parameters): a selection of channels. */
import { stringOf, type Tensor, toNumbers } from '@topiary/onnx';
import type { BlockedRule, Candidate } from './_rule.js';
import { selectChannels } from './_select.js';

const isZero = (value: Tensor | null): boolean => value !== null && toNumbers(value).every((number) => number === 0);

/** Channels before and after; null where anything else is padded, or not with zeros. */
const channelsOf = ({ node, shape, constant }: Candidate): readonly [number, number] | null => {
  const pads = constant(1);
  if (!pads || node.inputs[3] || stringOf(node, 'mode', 'constant') !== 'constant') return null;
  if (node.inputs[2] && !isZero(constant(2))) return null;
  const rank = shape(0).length;
  const [before, after] = [toNumbers(pads).slice(0, rank), toNumbers(pads).slice(rank)];
  const others = [...before, ...after].filter((_, i) => i % rank !== 1);
  return rank === 4 && others.every((n) => n === 0) ? [before[1]!, after[1]!] : null;
};

export const pad: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.arrives(0) && channelsOf(c) !== null,
  lower: (c) => {
    const [before] = channelsOf(c)!;
    const C = Number(c.shape(0)[1]);
    const from = Array.from({ length: Number(c.outShape(0)[1]) }, (_, k) => k - before);
    return [selectChannels(c.b, c.blocked(0), C, from, c.block)];
  },
};
