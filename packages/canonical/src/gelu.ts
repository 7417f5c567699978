/**
 * Recognises a decomposed GELU: x · ½ · (1 + erf(x / √2)), in any order of the factors, and its approximation
 * x · ½ · (1 + tanh(√(2/π) · (x + 0.044715 x³))). https://onnx.ai/onnx/operators/onnx__Gelu.html
 */
import { type Node, string } from '@topiary/onnx';
import type { Pass } from './_pass.js';
import { near, Pattern, replaceNodes } from './_pattern.js';

class GeluFinder extends Pattern {
  /** x where `value` = x · factor (also written as x / (1 / factor)). */
  scaled(value: string, factor: number): string | null {
    const division = this.withScalar(this.maker(value, 'Div'));
    if (division && near(division.scalar, 1 / factor)) return division.x;
    const product = this.withScalar(this.maker(value, 'Mul'));
    return product && near(product.scalar, factor) ? product.x : null;
  }

  /** x where `value` = x³ · 0.044715. */
  cube(value: string): string | null {
    const cubed = this.scaled(value, 0.044715);
    if (cubed === null) return null;
    const power = this.withScalar(this.maker(cubed, 'Pow'));
    return power?.scalar === 3 ? power.x : this.cubedByProducts(cubed);
  }

  /** x where `value` = x · (x · x), as PyTorch writes it. */
  cubedByProducts(value: string): string | null {
    const inputs = this.maker(value, 'Mul')?.inputs ?? [];
    const squares = inputs.flatMap((input) => this.maker(input, 'Mul') ?? []);
    const square = squares.find((node) => node.inputs[0] === node.inputs[1]);
    const x = square?.inputs[0];
    return x !== undefined && inputs.includes(x) && inputs.includes(square!.outputs[0]!) ? x : null;
  }

  /** x where `value` = √(2/π) · (x + 0.044715 x³). */
  tanhArgument(value: string): string | null {
    const inner = this.scaled(value, Math.sqrt(2 / Math.PI));
    const sum = inner === null ? null : this.maker(inner, 'Add');
    const [a, b] = sum?.inputs ?? [];
    if (a === undefined || b === undefined) return null;
    if (this.cube(b) === a) return a;
    return this.cube(a) === b ? b : null;
  }

  /** The factors that meet `value` on its way through multiplications, and the last of these. */
  product(value: string): { last: Node; factors: string[] }[] {
    const found: { last: Node; factors: string[] }[] = [];
    const factors: string[] = [];
    for (let at = value; found.length < 2; at = found.at(-1)!.last.outputs[0]!) {
      const last = this.reader(at, 'Mul');
      const other = last && this.other(last, at);
      if (!last || other === null) break;
      factors.push(other);
      found.push({ last, factors: [...factors] });
    }
    return found;
  }

  /** Are the factors x and ½, together or one by one? */
  isHalf(factors: readonly string[], x: string): boolean {
    if (factors.length === 1) return this.scaled(factors[0]!, 0.5) === x;
    const half = (value: string) => {
      const initializer = this.graph.initializers.get(value);
      return (
        initializer?.source.kind === 'data' &&
        initializer.source.data.length === 1 &&
        Number(initializer.source.data[0]) === 0.5
      );
    };
    return factors.includes(x) && factors.some(half);
  }

  match(node: Node): { last: Node; x: string } | null {
    const x = node.op === 'Erf' ? this.scaled(node.inputs[0]!, Math.SQRT1_2) : this.tanhArgument(node.inputs[0]!);
    const sum = x === null ? null : this.reader(node.outputs[0], 'Add');
    if (x === null || !sum || this.withScalar(sum)?.scalar !== 1) return null;
    const product = this.product(sum.outputs[0]!).find(({ factors }) => this.isHalf(factors, x));
    return product ? { last: product.last, x } : null;
  }
}

export const recogniseGelu: Pass = (graph) => {
  const finder = new GeluFinder(graph);
  const replacements = new Map<Node, Node>();
  for (const node of graph.nodes) {
    if (node.domain !== '' || (node.op !== 'Erf' && node.op !== 'Tanh')) continue;
    const match = finder.match(node);
    if (!match) continue;
    const approximate = string(node.op === 'Erf' ? 'none' : 'tanh');
    replacements.set(match.last, { ...match.last, op: 'Gelu', inputs: [match.x], attributes: { approximate } });
  }
  return replaceNodes(graph, replacements);
};
