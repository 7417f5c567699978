/**
 * The graph of the search: every example of a batch draws masks of its own, a straight-through sample of a softmax, and runs
 * through the blocks that these leave; the loss teaches gates and, beside them, an update of the weights.
 *
 *   p = softmax((100 g + G) / τ),  G = -ln(-ln u);   m = onehot(argmax p) on the way forward, p on the way back
 *   x ← x + m_j (Block_j(x) - x)
 */
import {
  type Declared,
  type Loss,
  type LossGraph,
  lossGraph,
  parametersAs,
  parametersOf,
  straightThrough,
} from '@topiary/autodiff';
import { floats, type Graph, type GraphBuilder, type Initializer, int, int64s, withData } from '@topiary/onnx';
import type { Block } from '@topiary/pruning';
import { declareInputs } from '../_inputs.js';
import type { Random } from '../_procedure.js';
import { masksOf, SCALING } from './choices.js';

export const GATES = 'gates';
/** Names of what is fed besides a batch. */
export const GUMBEL = 'gumbel';
export const TEMPERATURE = 'temperature';
const STUDENT = 'student';

export interface SearchOptions {
  readonly keep: number;
  readonly of: number;
  readonly batch: number;
  readonly update: 'lora' | 'full' | 'frozen';
  readonly rank: number;
  /** Gates learn so many times faster than the update. */
  readonly gateRate: number;
  readonly random: Random;
}

export interface Search {
  readonly graph: LossGraph;
  readonly parameters: readonly Declared[];
  readonly groups: number;
  readonly options: number;
}

/** [batch, blocks] of 0 and 1, with the slope of the softmax. */
const drawMasks = (b: GraphBuilder, groups: number, { keep, of, batch }: SearchOptions): string => {
  const masks = masksOf(keep, of);
  const options = masks.length;
  const gates = b.initializer(
    withData(GATES, floats(new Float32Array(groups * options).fill(0.02), [groups, options])),
  );
  const noise = b.input(GUMBEL, 'float32', [batch, groups, options]);
  const temperature = b.input(TEMPERATURE, 'float32', []);
  const logits = b.op('Add', [b.op('Mul', [gates, b.scalar(SCALING)]), noise]);
  const soft = b.op('Softmax', [b.op('Div', [logits, temperature])], { axis: int(-1) });
  const largest = b.op('ArgMax', [soft], { axis: int(-1), keepdims: int(0) });
  const hard = b.op('OneHot', [largest, b.constant(int64s([options], [])), b.constant(floats([0, 1]))], {
    axis: int(-1),
  });
  const chosen = straightThrough(b, hard, soft);
  const kept = b.op('MatMul', [chosen, b.constant(floats(masks.flat(), [options, of]))]); // [batch, groups, of]
  return b.op('Reshape', [kept, b.int64s([batch, groups * of])], { allowzero: int(0) });
};

/** The mask of one block, to be spread over whatever its stream holds. */
const maskOf = (b: GraphBuilder, masks: string, block: number, rank: number): string => {
  const column = b.op('Slice', [masks, b.int64s([block]), b.int64s([block + 1]), b.int64s([1]), b.int64s([1])]);
  return b.op('Reshape', [column, b.int64s([-1, ...new Array<number>(rank - 1).fill(1)])], { allowzero: int(0) });
};

/** W + 2 A B with A drawn and B zero, for every matrix. */
const lowRank = (b: GraphBuilder, network: Graph, { rank, random }: SearchOptions) => {
  const replaced: Record<string, string> = {};
  const parameters: Declared[] = [];
  const matrices = parametersOf(network).filter(
    ({ role, initializer }) => role.role === 'weight' && initializer.dims.length === 2,
  );
  for (const { initializer } of matrices) {
    const { name, dims } = initializer;
    const [rows, columns] = dims as [number, number];
    // Kaiming's uniform rule with a slope of √5, as low-rank updates begin
    const bound = 1 / Math.sqrt(rows);
    const drawn = Float32Array.from({ length: rows * rank }, () => bound * (2 * random.unit() - 1));
    const a = b.initializer(withData(`lora/${name}/a`, floats(drawn, [rows, rank])));
    const zero = b.initializer(withData(`lora/${name}/b`, floats(new Float32Array(rank * columns), [rank, columns])));
    const weight = b.initializer({ ...initializer, name: `lora/${name}` } satisfies Initializer);
    replaced[name] = b.op('Add', [weight, b.op('Mul', [b.op('MatMul', [a, zero]), b.scalar(2)])]);
    parameters.push({ name: a, decay: 0 }, { name: zero, decay: 0 });
  }
  return { replaced, parameters };
};

const updated = (b: GraphBuilder, network: Graph, options: SearchOptions) => {
  if (options.update === 'lora') return lowRank(b, network, options);
  const parameters = options.update === 'full' ? parametersAs(STUDENT, network, { decay: 0 }) : [];
  return { replaced: {}, parameters };
};

export const searchGraph = (network: Graph, blocks: readonly Block[], loss: Loss, options: SearchOptions): Search => {
  const groups = blocks.length / options.of;
  const declared: Declared[] = [{ name: GATES, rate: options.gateRate, decay: 0 }];
  const graph = lossGraph('tinyfusion', ({ b, network: add }) => {
    const inputs = declareInputs(b, network, loss, options.batch);
    const masks = drawMasks(b, groups, options);
    const { replaced, parameters } = updated(b, network, options);
    declared.push(...parameters);
    const instead = Object.fromEntries(
      blocks.map((block, j) => [
        block.out,
        (value: string, at: (name: string) => string) => {
          const mask = maskOf(b, masks, j, b.shape(value).length);
          return b.op('Add', [at(block.in), b.op('Mul', [mask, b.op('Sub', [value, at(block.in)])])]);
        },
      ]),
    );
    const { outputs, value } = add(network, { inputs, as: STUDENT, replaced, instead, statistics: 'running' });
    return b.scoped('loss', () => loss.build({ b, inputs, outputs, value }));
  });
  return { graph, parameters: declared, groups, options: masksOf(options.keep, options.of).length };
};

/** Blocks whose stream is as wide behind them as before: what has no block in its place is the stream itself. */
export const isUniform = (
  types: ReadonlyMap<string, { readonly shape: readonly unknown[] }>,
  blocks: readonly Block[],
): boolean => blocks.every((block) => types.get(block.in)!.shape.join() === types.get(block.out)!.shape.join());
