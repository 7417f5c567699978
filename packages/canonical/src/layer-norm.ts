/**
 * Recognises a decomposed LayerNorm over the last axis: with d = x - mean(x),
 * y = d / sqrt(mean(d²) + epsilon) · weight + bias  ->  LayerNormalization, axis -1. Over the channels of pictures
 * (LayerNorm2d of Segment Anything) it stands between two Transposes, as torchvision writes it itself.
 * https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 */
import {
  float,
  floats,
  int,
  intOf,
  ints,
  type Node,
  type TensorType,
  tensorOf,
  toNumbers,
  withData,
} from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Pass } from './_pass.js';
import { Pattern, replaceNodes } from './_pattern.js';

interface Match {
  readonly last: Node;
  readonly x: string;
  /** From the front. */
  readonly axis: number;
  readonly epsilon: number;
  readonly weight: string | null;
  readonly bias: string | null;
}

class LayerNormFinder extends Pattern {
  types: ReadonlyMap<string, TensorType> = new Map();

  rank(value: string): number {
    return this.types.get(value)?.shape.length ?? 0;
  }

  width(value: string, axis: number): number {
    const dim = this.types.get(value)?.shape[axis];
    return typeof dim === 'number' ? dim : Number.NaN;
  }

  /** mean(x) over the last axis or over channels, kept. */
  meanOf(value: string | undefined): { x: string; axis: number } | null {
    const node = this.maker(value, 'ReduceMean');
    const axes = node && this.graph.initializers.get(node.inputs[1] ?? '');
    const numbers = axes ? toNumbers(tensorOf(axes)!) : [];
    if (!node || numbers.length !== 1 || intOf(node, 'keepdims', 1) !== 1) return null;
    const x = node.inputs[0]!;
    const axis = numbers[0]! < 0 ? numbers[0]! + this.rank(x) : numbers[0]!;
    return axis === this.rank(x) - 1 || axis === 1 ? { x, axis } : null;
  }

  /** The d whose square `value` is. */
  rootOf(value: string): string | null {
    const power = this.withScalar(this.maker(value, 'Pow'));
    if (power) return power.scalar === 2 ? power.x : null;
    const product = this.maker(value, 'Mul');
    return product && product.inputs[0] === product.inputs[1] ? product.inputs[0]! : null;
  }

  /** A constant with one number for each position of the axis, and nothing else. */
  along(value: string | null, x: string, axis: number): boolean {
    if (axis === this.rank(x) - 1) return this.perPlace(value, this.width(x, axis));
    return this.perChannel(value, this.width(x, axis), this.rank(x));
  }

  perPlace(value: string | null, width: number): boolean {
    const dims = this.graph.initializers.get(value ?? '')?.dims;
    return dims?.length === 1 && dims[0] === width;
  }

  /** Starts at the division, which all forms have. */
  match(division: Node): Match | null {
    const [d, deviation] = division.inputs as [string, string];
    const root = this.maker(deviation, 'Sqrt');
    const sum = this.withScalar(this.maker(root?.inputs[0], 'Add'));
    const squares = sum && this.meanOf(sum.x);
    const difference = squares ? this.rootOf(squares.x) : null;
    if (!sum || !squares || !difference || !this.sameDifference(difference, d)) return null;
    const subtraction = this.maker(d, 'Sub')!;
    const x = subtraction.inputs[0]!;
    const mean = this.meanOf(subtraction.inputs[1]);
    if (mean?.x !== x || mean.axis !== squares.axis) return null;
    return { ...this.affine(division, x, mean.axis), x, axis: mean.axis, epsilon: sum.scalar };
  }

  /** Some exporters write x - mean(x) twice. */
  sameDifference(a: string, b: string): boolean {
    const [p, q] = [this.maker(a, 'Sub'), this.maker(b, 'Sub')];
    return p !== null && q !== null && (a === b || p.inputs.join() === q.inputs.join());
  }

  affine(division: Node, x: string, axis: number): Pick<Match, 'last' | 'weight' | 'bias'> {
    const y = division.outputs[0]!;
    const scaling = this.reader(y, 'Mul');
    const weight = scaling && this.other(scaling, y);
    if (!scaling || !this.along(weight, x, axis)) return { last: division, weight: null, bias: null };
    const scaled = scaling.outputs[0]!;
    const shift = this.reader(scaled, 'Add');
    const bias = shift && this.other(shift, scaled);
    if (!shift || !this.along(bias, x, axis)) return { last: scaling, weight, bias: null };
    return { last: shift, weight, bias };
  }
}

/** Channels to the end and back again: [N, C, …] <-> [N, …, C]. */
const lastly = (rank: number): readonly number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
const firstly = (rank: number): readonly number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 1),
];

const overChannels = (norm: Node, rank: number): readonly Node[] => {
  const y = norm.outputs[0]!;
  const [before, after] = [`${y}/last`, `${y}/normalised`];
  const transpose = (input: string, output: string, perm: readonly number[]): Node => ({
    op: 'Transpose',
    domain: '',
    name: output,
    inputs: [input],
    outputs: [output],
    attributes: { perm: ints(perm) },
  });
  return [
    transpose(norm.inputs[0]!, before, lastly(rank)),
    { ...norm, inputs: [before, ...norm.inputs.slice(1)], outputs: [after] },
    transpose(after, y, firstly(rank)),
  ];
};

export const recogniseLayerNorm: Pass = (graph) => {
  const finder = new LayerNormFinder(graph);
  if (!graph.nodes.some(({ op }) => op === 'Sqrt')) return graph;
  finder.types = inferTypes(graph);
  const replacements = new Map<Node, Node | readonly Node[]>();
  const initializers = new Map(graph.initializers);
  /** The numbers as [C], under a name of their own where somebody else reads them. */
  const vector = (value: string, y: string, slot: string, width: number): string => {
    const source = graph.initializers.get(value)!;
    if (source.dims.length === 1) return value;
    const name = finder.readers(value).length === 1 ? value : `${y}/${slot}`;
    initializers.set(name, { ...source, name, dims: [width] });
    return name;
  };
  for (const node of graph.nodes) {
    const match = node.op === 'Div' && node.domain === '' ? finder.match(node) : null;
    if (!match) continue;
    const { last, x, axis, epsilon } = match;
    const [rank, width, y] = [finder.rank(x), finder.width(x, axis), last.outputs[0]!];
    let { weight } = match;
    if (weight === null) {
      // The operator has to have a scale; where the network has none it is 1.
      weight = `${node.outputs[0]}.ones`;
      initializers.set(weight, withData(weight, floats(new Float32Array(width).fill(1))));
    } else weight = vector(weight, y, 'weight', width);
    const bias = match.bias === null ? [] : [vector(match.bias, y, 'bias', width)];
    const attributes = { axis: int(-1), epsilon: float(epsilon) };
    const norm = { ...last, op: 'LayerNormalization', inputs: [x, weight, ...bias], attributes };
    replacements.set(last, axis === rank - 1 ? norm : overChannels(norm, rank));
  }
  return { ...replaceNodes(graph, replacements), initializers };
};
