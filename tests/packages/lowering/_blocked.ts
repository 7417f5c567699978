/** A graph in plain layout, in emulated blocks of any size, and in the machine's own blocks: three ways to one result. */
import { lower } from '@topiary/lowering';
import { floats, type Graph, type GraphBuilder, ints, type Tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile, type Feeds } from '@topiary/runtime';
import { expect } from 'vitest';
import { blockSize } from '../../../packages/runtime/src/block.js';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { blockedNodes, emulate } from './_emulate.js';
import { distance } from './_support.js';

export const BLOCKS = [8, 16] as const;

/** The block size of this machine's kernels; 0 where it has none. */
export const OWN = await blockSize();
if (OWN === 0) console.log('This machine has no blocked convolution: its kernels are only emulated.');

export type Build = (b: GraphBuilder) => Readonly<Record<string, string>>;

export const graphOf = (feeds: Feeds, build: Build): Graph => {
  const b = createBuilder();
  for (const [name, { type, dims }] of Object.entries(feeds)) b.input(name, type, dims);
  for (const [name, value] of Object.entries(build(b))) b.output(value, name);
  return b.build('test');
};

/** The same values in blocks: a convolution that changes nothing. */
export const inBlocks = (b: GraphBuilder, x: string): string => {
  const C = Number(b.shape(x)[1]);
  const identity = Float32Array.from({ length: C * C }, (_, i) => (i % (C + 1) === 0 ? 1 : 0));
  return b.op('Conv', [x, b.constant(floats(identity, [C, C, 1, 1]))], {
    kernel_shape: ints([1, 1]),
    strides: ints([1, 1]),
    dilations: ints([1, 1]),
    pads: ints([0, 0, 0, 0]),
  });
};

const plainly = async (graph: Graph, feeds: Feeds): Promise<Feeds> => {
  const session = await compile(graph, { provider: 'cpu', threads: 1, variant: 'plain' });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
};

const near = (got: Tensor, reference: Tensor, what: string, tolerance: number): void => {
  expect(got.dims, what).toEqual([...reference.dims]);
  expect(distance(got.data, reference.data), what).toBeLessThan(tolerance);
};

/**
 * Holds the graph in blocks of `block` channels to the plain one, output by output, and returns its blocked operators,
 * counted. Where the machine's own kernels have that block size, they compute it, too.
 */
export const holdToPlain = async (graph: Graph, feeds: Feeds, block: number, tolerance = 1e-5) => {
  const lowered = lower(graph, { block });
  const reference = await plainly(graph, feeds);
  const emulated = await plainly(emulate(lowered, block), feeds);
  const own = block === OWN ? await runOnnx(lowered, feeds) : {};
  for (const [name, value] of Object.entries(reference)) {
    near(emulated[name]!, value, `${name}, emulated blocks of ${block}`, tolerance);
    if (block === OWN) near(own[name]!, value, `${name}, the machine's own blocks`, tolerance);
  }
  return blockedNodes(lowered);
};
