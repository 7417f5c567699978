/**
 * Recognises a decomposed LayerNorm over the last axis: with d = x - mean(x),
 * y = d / sqrt(mean(d²) + epsilon) · weight + bias  ->  LayerNormalization, axis -1.
 * https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 */
import { float, floats, int, intOf, type Node, type TensorType, tensorOf, toNumbers, withData } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Pass } from './_pass.js';
import { Pattern, replaceNodes } from './_pattern.js';

interface Match {
  readonly last: Node;
  readonly x: string;
  readonly epsilon: number;
  readonly weight: string | null;
  readonly bias: string | null;
}

class LayerNormFinder extends Pattern {
  types: ReadonlyMap<string, TensorType> = new Map();

  width(value: string): number {
    const dim = this.types.get(value)?.shape.at(-1);
    return typeof dim === 'number' ? dim : Number.NaN;
  }

  /** mean(value) over the last axis, kept. */
  meanOf(value: string | undefined): string | null {
    const node = this.maker(value, 'ReduceMean');
    const axes = node && this.graph.initializers.get(node.inputs[1] ?? '');
    const numbers = axes ? toNumbers(tensorOf(axes)!) : [];
    const rank = node ? (this.types.get(node.inputs[0]!)?.shape.length ?? 0) : 0;
    const last = numbers.length === 1 && (numbers[0] === -1 || numbers[0] === rank - 1);
    return node && last && intOf(node, 'keepdims', 1) === 1 ? node.inputs[0]! : null;
  }

  /** The d whose square `value` is. */
  rootOf(value: string): string | null {
    const power = this.withScalar(this.maker(value, 'Pow'));
    if (power) return power.scalar === 2 ? power.x : null;
    const product = this.maker(value, 'Mul');
    return product && product.inputs[0] === product.inputs[1] ? product.inputs[0]! : null;
  }

  /** A constant with one number per channel. */
  perChannel(value: string | null, width: number): boolean {
    const dims = this.graph.initializers.get(value ?? '')?.dims;
    return dims?.length === 1 && dims[0] === width;
  }

  /** Starts at the division, which all forms have. */
  match(division: Node): Match | null {
    const [d, deviation] = division.inputs as [string, string];
    const root = this.maker(deviation, 'Sqrt');
    const sum = this.withScalar(this.maker(root?.inputs[0], 'Add'));
    const squares = sum && this.meanOf(sum.x);
    const difference = squares ? this.rootOf(squares) : null;
    if (!sum || !difference || !this.sameDifference(difference, d)) return null;
    const subtraction = this.maker(d, 'Sub')!;
    const x = subtraction.inputs[0]!;
    if (this.meanOf(subtraction.inputs[1]) !== x) return null;
    return { ...this.affine(division, this.width(x)), x, epsilon: sum.scalar };
  }

  /** Some exporters write x - mean(x) twice. */
  sameDifference(a: string, b: string): boolean {
    const [p, q] = [this.maker(a, 'Sub'), this.maker(b, 'Sub')];
    return p !== null && q !== null && (a === b || p.inputs.join() === q.inputs.join());
  }

  affine(division: Node, width: number): Pick<Match, 'last' | 'weight' | 'bias'> {
    const y = division.outputs[0]!;
    const scaling = this.reader(y, 'Mul');
    const weight = scaling && this.other(scaling, y);
    if (!scaling || !this.perChannel(weight, width)) return { last: division, weight: null, bias: null };
    const scaled = scaling.outputs[0]!;
    const shift = this.reader(scaled, 'Add');
    const bias = shift && this.other(shift, scaled);
    if (!shift || !this.perChannel(bias, width)) return { last: scaling, weight, bias: null };
    return { last: shift, weight, bias };
  }
}

export const recogniseLayerNorm: Pass = (graph) => {
  const finder = new LayerNormFinder(graph);
  if (!graph.nodes.some(({ op }) => op === 'Sqrt')) return graph;
  finder.types = inferTypes(graph);
  const replacements = new Map<Node, Node>();
  const initializers = new Map(graph.initializers);
  for (const node of graph.nodes) {
    const match = node.op === 'Div' && node.domain === '' ? finder.match(node) : null;
    if (!match) continue;
    const { last, x, epsilon, bias } = match;
    let { weight } = match;
    if (weight === null) {
      // The operator has to have a scale; where the network has none it is 1.
      weight = `${node.outputs[0]}.ones`;
      initializers.set(weight, withData(weight, floats(new Float32Array(finder.width(x)).fill(1))));
    }
    const attributes = { axis: int(-1), epsilon: float(epsilon) };
    const inputs = bias === null ? [x, weight] : [x, weight, bias];
    replacements.set(last, { ...last, op: 'LayerNormalization', inputs, attributes });
  }
  return { ...replaceNodes(graph, replacements), initializers };
};
