/** Computes equal things once: nodes with the same operator, attributes and inputs become one, equal constants too. */
import { type Attribute, type Graph, type Initializer, type Node, type Tensor, tensorOf } from '@topiary/onnx';

/** Their outputs differ from run to run. */
const RANDOM = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Bernoulli',
  'Dropout',
]);

/** Longer constants are told apart by name only. */
const LONGEST = 4096;

const tensorKey = ({ type, dims, data }: Tensor): string => `${type}[${dims}]${data.join()}`;

const attributeKey = ([name, { kind, value }]: [string, Attribute]): string =>
  `${name}:${kind}=${kind === 'tensor' ? tensorKey(value) : String(value)}`;

const nodeKey = (node: Node, inputs: readonly string[]): string => {
  const attributes = Object.entries(node.attributes).sort(([a], [c]) => (a < c ? -1 : 1));
  const used = node.outputs.map((output) => output !== '').join();
  return [node.domain, node.op, inputs.join(), used, ...attributes.map(attributeKey)].join('|');
};

const initializerKey = (initializer: Initializer): string | null => {
  if (initializer.source.kind !== 'data' || initializer.source.data.length > LONGEST) return null;
  const value = tensorOf(initializer);
  return value && tensorKey(value);
};

export const share = (graph: Graph): Graph => {
  const alias = new Map<string, string>();
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const constants = new Map<string, string>();
  for (const initializer of graph.initializers.values()) {
    const key = initializerKey(initializer);
    const known = key === null ? undefined : constants.get(key);
    if (known !== undefined && !outputs.has(initializer.name)) alias.set(initializer.name, known);
    else if (key !== null && known === undefined) constants.set(key, initializer.name);
  }
  const first = new Map<string, Node>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => alias.get(input) ?? input);
    const key = nodeKey(node, inputs);
    const known = first.get(key);
    const shareable = !RANDOM.has(node.op) && !node.outputs.some((output) => outputs.has(output));
    if (known && shareable) {
      node.outputs.forEach((output, i) => {
        alias.set(output, known.outputs[i]!);
      });
      continue;
    }
    if (!known) first.set(key, node);
    nodes.push({ ...node, inputs });
  }
  return { ...graph, nodes };
};
