/** Declared widths of the kernels against what onnxruntime's own optimiser makes of a convolution. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelWidths } from '@topiary/lowering';
import { decode, encode, floats, type Graph, int, ints, withData } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { blockSize } from '@topiary/runtime';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'topiary-nchwc-'));
afterAll(() => rmSync(folder, { recursive: true }));
const block = await blockSize();
if (block === 0) console.log('skipped: the kernels of this machine know no blocks of channels');

/** A picture of C channels through one convolution to K, 3 x 3. */
const convolution = (C: number, K: number, group: number): Graph => {
  const b = createBuilder();
  const dims = [K, C / group, 3, 3];
  const w = b.initializer(withData('w', floats(new Float32Array(dims.reduce((a, n) => a * n, 1)).fill(0.1), dims)));
  const attributes = { group: int(group), kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) };
  b.output(b.op('Conv', [b.input('x', 'float32', [1, C, 8, 8]), w], attributes), 'y');
  return b.build('one');
};

/** Domain and filter of the convolution as onnxruntime runs it. */
const optimised = async (
  graph: Graph,
): Promise<{ readonly isBlocked: boolean; readonly filter: readonly number[] }> => {
  const path = join(folder, 'optimised.onnx');
  const session = await InferenceSession.create(encode(graph), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    optimizedModelFilePath: path,
    logSeverityLevel: 3,
  });
  await session.release();
  const made = decode(new Uint8Array(readFileSync(path)));
  const conv = made.nodes.find(({ op }) => op === 'Conv')!;
  return { isBlocked: conv.domain === 'com.microsoft.nchwc', filter: made.initializers.get(conv.inputs[1]!)!.dims };
};

it.skipIf(block === 0).each([
  ['whole blocks', 2 * block, 4 * block, 1],
  ['one output more than a block', 2 * block, block + 1, 1],
  ['inputs that fill no block', 2 * block - 4, 2 * block, 1],
  ['inputs that do not come in fours', 2 * block - 3, 2 * block, 1],
  ['a picture of three channels', 3, 2 * block, 1],
  ['four depthwise channels too many', 2 * block + 4, 2 * block + 4, 2 * block + 4],
  ['three depthwise channels too many', 2 * block + 3, 2 * block + 3, 2 * block + 3],
  ['groups of whole blocks', 4 * block, 4 * block, 2],
  ['groups of odd widths', 2 * (block + 1), 2 * (block + 1), 2],
])('of %s are what onnxruntime makes of them', async (_name, C, K, group) => {
  const graph = convolution(C, K, group);
  const { inputs, outputs, factor, plain } = kernelWidths(graph.nodes[0]!, [K, C / group, 3, 3], block)!;
  const theirs = await optimised(graph);
  expect(theirs.isBlocked).toBe(plain === null);
  const isDepthwise = group > 1 && group === K;
  expect(theirs.filter.slice(0, 2)).toEqual([outputs[1], isDepthwise ? 1 : inputs[1] / group]);
  expect(factor).toBeCloseTo((theirs.filter[0]! * theirs.filter[1]!) / (K * (C / group)), 12);
});

it('are none where there are no blocks, or no convolution', () => {
  const conv = convolution(3, 5, 1).nodes[0]!;
  expect(kernelWidths(conv, [5, 3, 3, 3], 0)).toBeNull();
  expect(kernelWidths({ ...conv, op: 'Gemm' }, [5, 3], 16)).toBeNull();
  // 44 channels of 44 in blocks of 16 are 48 of 48: (48 / 44)² = 1.19 times the products; 45 are computed one by one
  expect(kernelWidths(conv, [44, 44, 3, 3], 16)!.factor).toBeCloseTo(1.1901, 4);
  expect(kernelWidths(conv, [45, 45, 3, 3], 16)).toMatchObject({ factor: 1, plain: 'fours' });
});
