import { int } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { expect, it } from 'vitest';

it('a matrix product of a vector is refused with a code, not read beyond its dimensions', () => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 4]);
  const vector = b.parameter('w', [4], { rule: 'zeros' });
  expect(() => b.op('Gemm', [x, vector], { transB: int(1) })).toThrow(
    expect.objectContaining({ code: 'TOPIARY_OPS_BAD_NODE' }),
  );
});
