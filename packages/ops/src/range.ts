/** Range: start, start + step, … before limit. https://onnx.ai/onnx/operators/onnx__Range.html */
import { moved } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { badNode, required, requiredInts } from './_rules.js';
import { knownNumbers } from './_value.js';

const countOf = (start: number, limit: number, step: number): number => Math.max(0, Math.ceil((limit - start) / step));

export const Range = defineOp({
  ...wholeHelper,
  type: 'Range',
  since: 11,
  shape: (c) => {
    const [start, limit, step] = [0, 1, 2].map((i) => requiredInts(c, i)[0]!) as [number, number, number];
    if (step === 0) throw badNode(c.node, 'a step that is not zero', '0');
    return [{ type: required(c, 0).type, shape: [countOf(start, limit, step)] }];
  },
  value: (c) => {
    const [start, limit, step] = [0, 1, 2].map((i) => knownNumbers(c, i)?.[0]);
    if (start === undefined || limit === undefined || !step) return null;
    const count = countOf(start, limit, step);
    return [{ type: c.known(0)!.type, dims: [count], data: Array.from({ length: count }, (_, i) => start + i * step) }];
  },
  cost: moved,
});
