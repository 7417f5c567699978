/** A graph that runs several times in one call, by onnxruntime. */
import { encodeRepeated, GraphBuilder } from '@topiary/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';

/** sum' = sum + rate * x, and what was added. */
const running = () => {
  const b = new GraphBuilder((_node, [x]) => [x!]);
  const [x, sum, rate] = [b.input('x', 'float32', [2]), b.input('sum', 'float32', [2]), b.input('rate', 'float32', [])];
  const added = b.op('Mul', [x, rate]);
  b.output(b.op('Add', [sum, added]), 'next');
  b.output(added, 'added');
  return b.build('running');
};

it.each([1, 2, 5])('carries a value through %i times, and stacks the others', async (times) => {
  const bytes = encodeRepeated(running(), { carried: [{ input: 'sum', output: 'next' }], each: ['x'] });
  const session = await InferenceSession.create(bytes);
  const x = Float32Array.from({ length: 2 * times }, (_, i) => i + 1);
  const { next, added } = await session.run({
    x: new Tensor('float32', x, [times, 2]),
    sum: new Tensor('float32', Float32Array.of(100, 200), [2]),
    rate: new Tensor('float32', Float32Array.of(3), []),
  });
  expect(added!.dims).toEqual([times, 2]);
  expect(Array.from(added!.data as Float32Array)).toEqual(Array.from(x, (value) => 3 * value));
  const sums = [100, 200];
  x.forEach((value, i) => {
    sums[i % 2]! += 3 * value;
  });
  expect(Array.from(next!.data as Float32Array)).toEqual(sums);
  await session.release();
});
