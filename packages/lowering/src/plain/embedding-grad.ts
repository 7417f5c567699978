/** EmbeddingGrad: rows of dY added into a table of zeros by ScatterND: 0.2 ms where OneHot and MatMul take 21. */
import { int, string } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

const INT64 = 7;

export const embeddingGrad: LoweringRule = ({ b, x, type, out }) => {
  const [indices, dY] = x as [string, string];
  const rest = type(1).shape.slice(type(0).shape.length).map(Number);
  const table = b.op('ConstantOfShape', [b.int64s(out(0).shape.map(Number))]);
  const wide = type(0).type === 'int64' ? indices : b.op('Cast', [indices], { to: int(INT64) });
  return [
    b.op(
      'ScatterND',
      [table, b.op('Reshape', [wide, b.int64s([-1, 1])]), b.op('Reshape', [dY, b.int64s([-1, ...rest])])],
      { reduction: string('add') },
    ),
  ];
};
