/**
 * Recognises GroupNorm as exporters write it before opset 21: Reshape to [N, G, …], InstanceNormalization with scales of
 * one and biases of zero, Reshape back, and per channel Mul and Add. As one node it has its own numbers alone.
 */
import { dataOf, float, floatOf, floats, int, type Node, sameShape, type TensorType, withData } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Pass } from './_pass.js';
import { Pattern, replaceNodes } from './_pattern.js';

interface Match {
  readonly last: Node;
  readonly x: string;
  readonly channels: number;
  readonly groups: number;
  readonly epsilon: number;
  /** Initialisers with one number per channel, in any shape; null: ones or zeros. */
  readonly scale: string | null;
  readonly bias: string | null;
}

class GroupNormFinder extends Pattern {
  types: ReadonlyMap<string, TensorType> = new Map();

  /** Is every element of an initialiser this number? */
  all(value: string | undefined, number: number): boolean {
    const initializer = this.graph.initializers.get(value ?? '');
    return initializer !== undefined && (dataOf(initializer)?.every((element) => Number(element) === number) ?? false);
  }

  /** The node after `value` that takes a number per channel, and that number. */
  affine(value: string, op: string, channels: number, rank: number): { node: Node; vector: string } | null {
    const node = this.reader(value, op);
    const vector = node && this.other(node, value);
    return node && this.perChannel(vector, channels, rank) ? { node, vector: vector! } : null;
  }

  match(node: Node): Match | null {
    const [grouped, ones, zeros] = node.inputs;
    const before = this.maker(grouped, 'Reshape', 'Flatten');
    const after = this.reader(node.outputs[0], 'Reshape');
    const x = before?.inputs[0];
    const [whole, parts] = [this.types.get(x ?? '')?.shape, this.types.get(grouped!)?.shape];
    const back = this.types.get(after?.outputs[0] ?? '')?.shape;
    if (!x || !after || !whole || !parts || !back || !sameShape(whole, back)) return null;
    const [channels, groups] = [whole[1], parts[1]];
    if (typeof channels !== 'number' || typeof groups !== 'number' || whole[0] !== parts[0]) return null;
    if (channels % groups !== 0 || !this.all(ones, 1) || !this.all(zeros, 0)) return null;
    const epsilon = floatOf(node, 'epsilon', 1e-5);
    const found = { x, channels, groups, epsilon };
    const scale = this.affine(after.outputs[0]!, 'Mul', channels, whole.length);
    const y = scale?.node ?? after;
    const bias = this.affine(y.outputs[0]!, 'Add', channels, whole.length);
    return { ...found, last: bias?.node ?? y, scale: scale?.vector ?? null, bias: bias?.vector ?? null };
  }
}

export const recogniseGroupNorm: Pass = (graph) => {
  if (!graph.nodes.some(({ op, domain }) => op === 'InstanceNormalization' && domain === '')) return graph;
  const finder = new GroupNormFinder(graph);
  finder.types = inferTypes(graph);
  const replacements = new Map<Node, Node>();
  const initializers = new Map(graph.initializers);
  /** The numbers as [C]; the operator has to have them, where the network has none they are all the same. */
  const vector = (given: string | null, fill: number, { last, channels }: Match, slot: string): string => {
    const source = graph.initializers.get(given ?? '');
    const name = given !== null && finder.readers(given).length === 1 ? given : `${last.outputs[0]}/${slot}`;
    const same = () => withData(name, floats(new Float32Array(channels).fill(fill)));
    initializers.set(name, source ? { ...source, name, dims: [channels] } : same());
    return name;
  };
  for (const node of graph.nodes) {
    const match = node.op === 'InstanceNormalization' && node.domain === '' ? finder.match(node) : null;
    if (!match) continue;
    const inputs = [match.x, vector(match.scale, 1, match, 'weight'), vector(match.bias, 0, match, 'bias')];
    const attributes = { num_groups: int(match.groups), epsilon: float(match.epsilon) };
    replacements.set(match.last, { ...match.last, op: 'GroupNormalization', domain: 'topiary', inputs, attributes });
  }
  return { ...replaceNodes(graph, replacements), initializers };
};
