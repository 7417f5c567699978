/** What blocks are worth before anything is trained: the loss under a mask, and how much each block turns its stream. */
import { type Loss, lossGraph } from '@topiary/autodiff';
import { floats, type Graph, type GraphBuilder, int } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import type { Block } from '@topiary/pruning';
import { declareInputs } from '../_inputs.js';
import type { ProcedureContext } from '../_procedure.js';

/** Fed beside a batch: 1 where a block stays, [L]. */
export const MASK = 'mask';

/** Batches that a loss is the mean over. */
const BATCHES = 4;

/** Mean over examples and places of the cosine between a block's ends: [1]. Channels are the last axis, of maps the second. */
const cosine = (b: GraphBuilder, before: string, behind: string): string => {
  const rank = b.shape(before).length;
  const axes = b.int64s([rank === 4 ? 1 : rank - 1]);
  const dot = (x: string, y: string) => b.op('ReduceSum', [b.op('Mul', [x, y]), axes], { keepdims: int(0) });
  const norms = b.op('Sqrt', [b.op('Mul', [dot(before, before), dot(behind, behind)])]);
  const each = b.op('Div', [dot(before, behind), b.op('Add', [norms, b.scalar(1e-12)])]);
  return b.op('Unsqueeze', [b.op('ReduceMean', [each], { keepdims: int(0) }), b.int64s([0])]);
};

/** Its outputs are the loss and, behind it, the cosine of every block: [L]. */
export const calibrationGraph = (network: Graph, blocks: readonly Block[], loss: Loss, batch: number): Graph => {
  let cosines = '';
  const { graph } = lossGraph('calibration', ({ b, network: add }) => {
    const inputs = declareInputs(b, network, loss, batch);
    const mask = b.input(MASK, 'float32', [blocks.length]);
    const instead = Object.fromEntries(
      blocks.map((block, j) => [
        block.out,
        (value: string, at: (name: string) => string) => {
          const stays = b.op('Slice', [mask, b.int64s([j]), b.int64s([j + 1]), b.int64s([0]), b.int64s([1])]);
          return b.op('Add', [at(block.in), b.op('Mul', [stays, b.op('Sub', [value, at(block.in)])])]);
        },
      ]),
    );
    const { outputs, value } = add(network, { inputs, as: 'network', instead, statistics: 'running' });
    const turned = blocks.map((block) => cosine(b, value(block.in), value(block.out)));
    cosines = b.op('Concat', turned, { axis: int(0) });
    b.output(cosines, 'cosines');
    return b.scoped('loss', () => loss.build({ b, inputs, outputs, value }));
  });
  return graph;
};

export interface Calibration {
  /** Of the network with these blocks, on the same batches for every mask. */
  loss(kept: readonly boolean[]): Promise<number>;
  /** Of each block in the whole network; 1: it leaves its stream as it is. */
  cosines(): Promise<readonly number[]>;
  release(): Promise<void>;
}

export const calibrate = async (
  context: ProcedureContext,
  network: Graph,
  blocks: readonly Block[],
  batch: number,
): Promise<Calibration> => {
  const { task, pipeline, seed, pause } = context;
  const session = await context.session(calibrationGraph(network, blocks, task.loss(null), batch));
  const given: Feeds[] = [];
  for await (const feeds of task.batches(pipeline, { from: 'train', batch, steps: BATCHES, seed, plain: true }))
    given.push(feeds);
  const averaged = async (kept: readonly boolean[], read: (results: Feeds) => ArrayLike<number>) => {
    const mask = floats(Float32Array.from(kept, Number), [kept.length]);
    const sums: number[] = [];
    for (const feeds of given) {
      await pause();
      const found = read(await session.run({ ...feeds, [MASK]: mask }));
      for (let i = 0; i < found.length; i += 1) sums[i] = (sums[i] ?? 0) + found[i]! / given.length;
    }
    return sums;
  };
  return {
    loss: async (kept) => (await averaged(kept, (results) => results['loss']!.data as Float32Array))[0]!,
    cosines: () =>
      averaged(
        blocks.map(() => true),
        (results) => results['cosines']!.data as Float32Array,
      ),
    release: () => session.release(),
  };
};
