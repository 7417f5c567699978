/**
 * Drops Identity and Dropout (which is one when it is not training). The exporter merges equal initialisers and
 * hands them round through Identity: there each use gets its own copy back, under its own name, unless it is one
 * parameter with two names (`ties.ts`). Copies share their bytes, which nobody writes to.
 */
import { TopiaryError } from '@topiary/errors';
import { edgesOf, type Graph, type Node, placeOf } from '@topiary/onnx';
import { Draft, namesOf, type Pass, scalarOf } from './_pass.js';
import { tiesOf } from './ties.js';

/** An output that is only another name of a value cannot be dropped unless its maker takes the name over. */
const renameValues = (graph: Graph, names: ReadonlyMap<string, string>): Graph => {
  const to = (value: string): string => names.get(value) ?? value;
  const rename = (node: Node): Node => ({ ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to) });
  return names.size === 0 ? graph : { ...graph, nodes: graph.nodes.map(rename) };
};

const isCopy = (node: Node): boolean => node.domain === '' && (node.op === 'Identity' || node.op === 'Dropout');

/** A Dropout that trains, or whose mask is read, is no identity; PyTorch writes some that train with a ratio of 0. */
const checkDropout = (graph: Graph, node: Node, uses: ReadonlyMap<string, unknown>): void => {
  const masked = node.outputs.slice(1).some((mask) => mask !== '' && uses.has(mask));
  const training = scalarOf(graph, node.inputs[2] ?? '') === 1 && scalarOf(graph, node.inputs[1] ?? '') !== 0;
  if (node.op !== 'Dropout' || !(masked || training)) return;
  const got = masked ? 'a mask that is used' : 'training mode';
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: placeOf(node), expected: 'inference', got });
};

/**
 * Removes the nodes that only hand input 0 on. A graph output keeps its name: the maker of the value takes it over
 * where it may, else an Identity stays.
 */
export const dropCopies = (graph: Graph, copies: ReadonlySet<Node>): Graph => {
  const { producer, uses } = edgesOf(graph);
  const fixed = namesOf([...graph.inputs, ...graph.outputs]);
  const draft = new Draft(graph);
  const ties = tiesOf(graph);
  const takeovers = new Map<string, string>();
  for (const original of graph.nodes) {
    const node = draft.rewire(original);
    const [x, y] = [node.inputs[0] ?? '', node.outputs[0] ?? ''];
    if (copies.has(original)) checkDropout(graph, node, uses);
    if (!copies.has(original)) draft.nodes.push(node);
    else if (!fixed.has(y)) {
      const source = ties.has(x) ? undefined : draft.initializers.get(x);
      if (source) draft.initializers.set(y, { ...source, name: y });
      else draft.alias(y, x);
    } else if (producer.has(x) && !fixed.has(x) && !takeovers.has(x)) {
      takeovers.set(x, y);
    } else draft.nodes.push({ ...node, op: 'Identity', inputs: [x], outputs: [y], attributes: {} });
  }
  return renameValues(draft.graph(), takeovers);
};

export const dropIdentity: Pass = (graph) => dropCopies(graph, new Set(graph.nodes.filter(isCopy)));
