/**
 * Writes every node in the form that opset 20 gives it: what used to be an attribute and is now an input moves
 * there. https://github.com/onnx/onnx/blob/main/docs/Changelog.md. What depends on shapes is done while folding.
 */
import { TopiaryError } from '@topiary/errors';
import {
  type Attribute,
  type Attributes,
  floatOf,
  int,
  int64s,
  intOf,
  intsOf,
  type Node,
  OPSET,
  scalar,
  string,
  tensor,
} from '@topiary/onnx';
import { Draft, type Pass } from './_pass.js';

const OLDEST = 7;
/** Later opsets up to this one changed nothing that the known operators use. */
const NEWEST = 23;

const without = (attributes: Attributes, ...names: string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

const withInputs = (node: Node, inputs: Record<number, string>, ...dropped: string[]): Node => {
  const all = [...node.inputs];
  for (const [index, name] of Object.entries(inputs)) {
    while (all.length < Number(index)) all.push('');
    all[Number(index)] = name;
  }
  return { ...node, inputs: all, attributes: without(node.attributes, ...dropped) };
};

type Upgrade = (node: Node, draft: Draft) => Node;

/** `axes` from attribute to input 1. */
const axesToInput: Upgrade = (node, draft) => {
  const axes = intsOf(node, 'axes');
  return axes ? withInputs(node, { 1: draft.constant(int64s(axes), `${node.name}.axes`) }, 'axes') : node;
};

const clip: Upgrade = (node, draft) => {
  const inputs: Record<number, string> = {};
  ['min', 'max'].forEach((name, i) => {
    const value = floatOf(node, name, Number.NaN);
    if (!Number.isNaN(value)) inputs[i + 1] = draft.constant(scalar(value), `${node.name}.${name}`);
  });
  return withInputs(node, inputs, 'min', 'max');
};

const pad: Upgrade = (node, draft) => {
  const pads = intsOf(node, 'pads');
  if (!pads) return node;
  const value = floatOf(node, 'value', 0);
  const inputs: Record<number, string> = { 1: draft.constant(int64s(pads), `${node.name}.pads`) };
  if (value !== 0) inputs[2] = draft.constant(scalar(value), `${node.name}.value`);
  return withInputs(node, inputs, 'pads', 'value');
};

const slice: Upgrade = (node, draft) => {
  const inputs: Record<number, string> = {};
  ['starts', 'ends', 'axes'].forEach((name, i) => {
    const values = intsOf(node, name);
    if (values) inputs[i + 1] = draft.constant(int64s(values), `${node.name}.${name}`);
  });
  return withInputs(node, inputs, 'starts', 'ends', 'axes');
};

const split: Upgrade = (node, draft) => {
  const sizes = intsOf(node, 'split');
  if (sizes) return withInputs(node, { 1: draft.constant(int64s(sizes), `${node.name}.split`) }, 'split');
  if (node.inputs[1] || node.attributes['num_outputs']) return node;
  return { ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs.length) } };
};

/** Upsample was Resize with fixed habits. https://onnx.ai/onnx/operators/onnx__Upsample.html */
const upsample: Upgrade = (node, draft) => {
  const scales: Attribute | undefined = node.attributes['scales'];
  const input =
    scales?.kind === 'floats'
      ? draft.constant(tensor('float32', [scales.value.length], Float32Array.from(scales.value)), `${node.name}.scales`)
      : (node.inputs[1] ?? '');
  const mode = node.attributes['mode'] ?? string('nearest');
  const attributes = {
    mode,
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  };
  return { ...node, op: 'Resize', inputs: [node.inputs[0]!, '', input], attributes };
};

/** Until 10 Resize had no region of interest and worked as Upsample did. */
const resize10: Upgrade = upsample;

/** The outputs that only training fills go, and so does the switch, unless it is on: see `standardise.ts`. */
const batchNormalization: Upgrade = (node) => ({
  ...node,
  outputs: node.outputs.slice(0, 1),
  attributes: without(
    node.attributes,
    'spatial',
    'is_test',
    'consumed_inputs',
    ...(intOf(node, 'training_mode', 0) === 0 ? ['training_mode'] : []),
  ),
});

const REDUCTIONS = ['Max', 'Mean', 'Min', 'Prod', 'L1', 'L2', 'LogSum', 'LogSumExp', 'SumSquare'];

/** Operator -> opsets before which (exclusive) its form differs, and how it is brought forward. */
const UPGRADES: Readonly<Record<string, readonly { before: number; upgrade: Upgrade }[]>> = {
  ...Object.fromEntries(REDUCTIONS.map((name) => [`Reduce${name}`, [{ before: 18, upgrade: axesToInput }]])),
  ReduceSum: [{ before: 13, upgrade: axesToInput }],
  Squeeze: [{ before: 13, upgrade: axesToInput }],
  Unsqueeze: [{ before: 13, upgrade: axesToInput }],
  Clip: [{ before: 11, upgrade: clip }],
  Pad: [{ before: 11, upgrade: pad }],
  Slice: [{ before: 10, upgrade: slice }],
  Split: [{ before: 18, upgrade: split }],
  Upsample: [{ before: 10, upgrade: upsample }],
  Resize: [{ before: 11, upgrade: resize10 }],
  BatchNormalization: [{ before: Number.POSITIVE_INFINITY, upgrade: batchNormalization }],
};

export const upgrade: Pass = (graph) => {
  const from = graph.opsets[''] ?? OPSET;
  if (from < OLDEST || from > NEWEST) {
    const expected = `opset ${OLDEST} to ${NEWEST}`;
    throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: 'the model', expected, got: `opset ${from}` });
  }
  const draft = new Draft(graph);
  for (const original of graph.nodes) {
    // Later passes name what they make after the node.
    const node = { ...original, name: original.name || (original.outputs.find(Boolean) ?? original.op) };
    const steps = node.domain === '' ? (UPGRADES[node.op] ?? []) : [];
    draft.nodes.push(steps.reduce((n, { before, upgrade }) => (from < before ? upgrade(n, draft) : n), node));
  }
  return draft.graph({ opsets: { ...graph.opsets, '': OPSET } });
};
