/**
 * The domain com.microsoft.nchwc in standard operators, for any block size: what its kernels compute, at leisure. So
 * graphs of every block size are put to the test on every machine, also where the kernels are absent.
 */
import { type Graph, GraphBuilder, intOf, ints, type Node, stringOf } from '@topiary/onnx';
import { NCHWC } from '../../../packages/lowering/src/blocked/_nchwc.js';
import { inferWith } from '../../../packages/lowering/src/infer.js';

type Dims = readonly [number, number, number, number];

class Emulator {
  readonly #b: GraphBuilder;
  readonly #block: number;

  constructor(b: GraphBuilder, block: number) {
    this.#b = b;
    this.#block = block;
  }

  #dims(x: string): Dims {
    return this.#b.shape(x).map(Number) as unknown as Dims;
  }

  #reshape(x: string, dims: readonly number[]): string {
    return this.#b.op('Reshape', [x, this.#b.int64s(dims)]);
  }

  #permute(x: string, from: readonly number[], perm: readonly number[]): string {
    return this.#b.op('Transpose', [this.#reshape(x, from)], { perm: ints(perm) });
  }

  /** [N, C, H, W] -> the same elements in the order [N, C/B, H, W, B], C filled up with zeros. */
  #toBlocks(x: string): string {
    const [N, C, H, W] = this.#dims(x);
    const Cp = Math.ceil(C / this.#block) * this.#block;
    const whole = this.#b.op('Pad', [x, this.#b.int64s([0, 0, 0, 0, 0, Cp - C, 0, 0])]);
    return this.#reshape(this.#permute(whole, [N, Cp / this.#block, this.#block, H, W], [0, 1, 3, 4, 2]), [
      N,
      Cp,
      H,
      W,
    ]);
  }

  #fromBlocks(x: string): string {
    const [N, C, H, W] = this.#dims(x);
    return this.#reshape(this.#permute(x, [N, C / this.#block, H, W, this.#block], [0, 1, 4, 2, 3]), [N, C, H, W]);
  }

  /** A filter in blocks of outputs, and of inputs where it is wide enough, as [K, C, h, w]. */
  #filter(w: string): string {
    const [K, C, h, width] = this.#dims(w);
    const B = this.#block;
    const plain =
      C < B
        ? this.#permute(w, [K / B, C, h, width, B], [0, 4, 1, 2, 3])
        : this.#permute(w, [K / B, C / B, h, width, B, B], [0, 5, 1, 4, 2, 3]);
    return this.#reshape(plain, [K, C, h, width]);
  }

  ReorderInput({ inputs: [x], attributes }: Node): string {
    const last = attributes['channels_last']?.value === 1;
    return this.#toBlocks(last ? this.#b.op('Transpose', [x!], { perm: ints([0, 3, 1, 2]) }) : x!);
  }

  ReorderOutput(node: Node): string {
    const x = this.#fromBlocks(node.inputs[0]!);
    const cut = [x, [0], [intOf(node, 'channels', 0)], [1]].map((v) => (typeof v === 'string' ? v : this.#b.int64s(v)));
    const y = this.#b.op('Slice', cut);
    return intOf(node, 'channels_last', 0) === 1 ? this.#b.op('Transpose', [y], { perm: ints([0, 2, 3, 1]) }) : y;
  }

  Conv(node: Node): string {
    const b = this.#b;
    const [x, w, bias, sum] = node.inputs as [string, string, string | undefined, string | undefined];
    const { activation: _activation, activation_params: bounds, ...attributes } = node.attributes;
    const read = this.#dims(x)[1] < this.#block ? x : this.#fromBlocks(x);
    let y = b.op('Conv', [read, this.#filter(w), ...(bias ? [bias] : [])], attributes);
    if (sum) y = b.op('Add', [y, this.#fromBlocks(sum)]);
    const activation = stringOf(node, 'activation', '');
    if (activation === 'Relu') y = b.op('Relu', [y]);
    if (activation === 'Clip' && bounds?.kind === 'floats') {
      y = b.op('Clip', [y, ...bounds.value.map((bound) => b.scalar(bound))]);
    }
    return this.#toBlocks(y);
  }

  MaxPool({ inputs: [x], attributes }: Node): string {
    return this.#toBlocks(this.#b.op('MaxPool', [this.#fromBlocks(x!)], attributes));
  }

  AveragePool({ inputs: [x], attributes }: Node): string {
    return this.#toBlocks(this.#b.op('AveragePool', [this.#fromBlocks(x!)], attributes));
  }
}

type Emulated = 'ReorderInput' | 'ReorderOutput' | 'Conv' | 'MaxPool' | 'AveragePool';

export const emulate = (graph: Graph, block: number): Graph => {
  const b = new GraphBuilder(inferWith(block));
  const emulator = new Emulator(b, block);
  b.scoped('emulated', () => {
    for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
    for (const initializer of graph.initializers.values()) b.initializer(initializer);
    for (const node of graph.nodes) {
      if (node.domain !== NCHWC) b.append(node);
      else b.op('Identity', [emulator[node.op as Emulated](node)], {}, { outputs: [node.outputs[0]!] });
    }
    for (const { name } of graph.outputs) b.output(name);
  });
  return b.build(graph.name);
};

/** Operators of the blocked domain that a graph holds, counted. */
export const blockedNodes = (graph: Graph): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { op, domain } of graph.nodes) if (domain === NCHWC) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
};
