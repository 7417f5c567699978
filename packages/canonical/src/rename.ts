/**
 * Gives names that a person can read. A node is called after its weight (`layer1.0.conv1`), else after the place that
 * the exporter wrote into its name (`/layer1/layer1.0/relu/Relu` -> `layer1.0.relu`); a value after its node; an
 * initialiser keeps its name unless a tool made it up (`onnx::MatMul_657`).
 */
import { edgesOf, type Graph, type Initializer, type Node } from '@topiary/onnx';
import { Names } from './_names.js';
import type { Pass } from './_pass.js';
import { slotOf } from './slots.js';

/** Names that exporters make up; numbers alone are old PyTorch's. */
const isMadeUp = (name: string): boolean => /[/:]|^\d+$|_output_\d+$/.test(name);

/** `/features/features.1/features.1.0/attn/MatMul_1` -> `features.1.0.attn` */
const placeOf = (name: string): string => {
  const path: string[] = [];
  for (const part of name.split('/').filter(Boolean).slice(0, -1)) {
    if (path.length > 0 && part.startsWith(`${path.at(-1)}.`)) path[path.length - 1] = part;
    else path.push(part);
  }
  return path.join('.');
};

/** The bias of a MatMul tells what its weight was called before the exporter transposed it. */
const weightFromBias = (graph: Graph, node: Node, readers: ReturnType<typeof edgesOf>['uses']): string | null => {
  const [use, ...more] = readers.get(node.outputs[0]!) ?? [];
  if (!use || more.length > 0 || use.node.op !== 'Add') return null;
  const bias = use.node.inputs.find((input) => graph.initializers.has(input));
  const match = /^(.*[._])bias$/.exec(bias ?? '');
  return match && !isMadeUp(bias!) ? `${match[1]}weight` : null;
};

const STEM = /^(.*)[._]weight$/;

const baseOf = (graph: Graph, node: Node, weight: string | null): string => {
  const named = node.inputs.filter((input) => graph.initializers.has(input) && !isMadeUp(input));
  const stem = [...named, weight ?? ''].map((name) => STEM.exec(name)?.[1]).find(Boolean);
  if (stem) return stem;
  const bias = node.op === 'Add' ? named.map((name) => /^(.*)[._]bias$/.exec(name)?.[1]).find(Boolean) : undefined;
  if (bias) return `${bias}.add`;
  const op = node.op.toLowerCase();
  if (!node.name.includes('/')) return node.name === '' || isMadeUp(node.name) ? op : node.name;
  const place = placeOf(node.name);
  if (place === '') return op;
  // A layer is its module; anything else is something that the module does.
  if (node.inputs.some((input, i) => graph.initializers.has(input) && slotOf(node, i) === 'weight')) return place;
  return place.split('.').at(-1)!.toLowerCase().includes(op) ? place : `${place}.${op}`;
};

export const rename: Pass = (graph) => {
  const { uses } = edgesOf(graph);
  const fixed = [...graph.inputs, ...graph.outputs].map(({ name }) => name);
  const kept = [...graph.initializers.keys()].filter((name) => !isMadeUp(name));
  const values = new Names([...fixed, ...kept]);
  const nodeNames = new Names();
  const names = new Map<string, string>(fixed.map((name) => [name, name]));
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const weight = node.op === 'MatMul' ? weightFromBias(graph, node, uses) : null;
    const name = nodeNames.claim(baseOf(graph, node, weight));
    node.inputs.forEach((input, i) => {
      if (names.has(input) || !graph.initializers.has(input)) return;
      const slot = slotOf(node, i);
      const wanted = slot === 'weight' && weight ? weight : `${name}.${slot}`;
      names.set(input, isMadeUp(input) ? values.claim(wanted) : input);
    });
    node.outputs.forEach((output, i) => {
      if (output === '' || names.has(output)) return;
      names.set(output, values.claim(i === 0 ? name : `${name}.${i}`));
    });
    nodes.push({ ...node, name });
  }
  const to = (value: string): string => names.get(value) ?? value;
  const renamed = nodes.map((node) => ({ ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to) }));
  // In the order of their uses, so that the list of parameters reads like the network.
  const initializers = new Map<string, Initializer>();
  for (const input of graph.nodes.flatMap(({ inputs }) => inputs)) {
    const initializer = graph.initializers.get(input);
    if (initializer) initializers.set(to(input), { ...initializer, name: to(input) });
  }
  return { ...graph, nodes: renamed, initializers };
};
