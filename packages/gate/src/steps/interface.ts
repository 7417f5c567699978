/** Are the inputs and outputs those that were asked for, does each output depend on an input, and on one example alone? */
import type { TopiaryError } from '@topiary/errors';
import {
  type Dim,
  edgesOf,
  type Graph,
  isFixed,
  placeOf,
  printShape,
  type TensorType,
  type Value,
} from '@topiary/onnx';
import { varyingNames } from '@topiary/ops';
import { ANY, type Port, type Rules } from '../rules.js';
import { given, refuse, refuseAll, type Step } from './_step.js';

const sizesOf = ({ shape }: Port, sizes: Rules['sizes']): readonly Dim[] =>
  shape.map((dim) => (isFixed(dim) ? dim : (sizes[dim] ?? dim)));

const typeOf = ({ type = 'float32' }: Port) => type;

const fits = (value: Value, port: Port, { sizes }: Rules): boolean => {
  const wanted = sizesOf(port, sizes);
  if (value.type !== typeOf(port) || value.shape.length !== wanted.length) return false;
  return wanted.every((dim, i) => {
    const got = value.shape[i]!;
    if (dim === ANY) return isFixed(got);
    // The open dimension stays open; a multiple of it would mix examples.
    return isFixed(dim) ? got === dim : !isFixed(got);
  });
};

const describe = (ports: readonly Port[]): string =>
  ports
    .map((port) => `${port.name === null ? '' : `${port.name}: `}${typeOf(port)} ${printShape(port.shape)}`)
    .join(', ');

const checkPorts = (
  what: 'input' | 'output',
  values: readonly Value[],
  ports: readonly Port[],
  rules: Rules,
): TopiaryError[] => {
  const code = what === 'input' ? 'TOPIARY_GATE_INPUT' : 'TOPIARY_GATE_OUTPUT';
  const some = what === 'input' && rules.anyInputs;
  if (some ? values.length === 0 : values.length !== ports.length) {
    const expected = `${some ? 'any of' : 'exactly'} ${describe(ports)}`;
    const got = values.map(({ name, type, shape }) => `${name}: ${type} ${printShape(shape)}`).join(', ');
    return [refuse(code, `the ${what}s`, expected, got || 'none')];
  }
  return values.flatMap((value, i) => {
    const port = ports.find(({ name }) => name === value.name) ?? (ports[i]?.name === null ? ports[i] : undefined);
    if (port && fits(value, port, rules)) return [];
    const got = `${value.type} ${printShape(value.shape)}`;
    return [refuse(code, `${what} '${value.name}'`, describe(port ? [port] : ports), got)];
  });
};

/** A dimension that is a number in the file fits no other size. */
const checkOpen = ({ inputs }: Graph, { inputs: ports, open }: Rules): TopiaryError[] =>
  inputs.flatMap(({ name, type, shape }) => {
    const port = ports.find((candidate) => candidate.name === name);
    const isClosed = shape.some((dim, axis) => isFixed(dim) && typeof port?.shape[axis] === 'string');
    if (!open || !port || !isClosed) return [];
    const got = `${type} ${printShape(shape)}`;
    return [refuse('TOPIARY_GATE_INPUT', `input '${name}'`, `open dimensions ${printShape(port.shape)}`, got)];
  });

const checkDependence = (graph: Graph): TopiaryError[] => {
  const names = varyingNames(graph);
  const { producer } = edgesOf(graph);
  return graph.outputs.flatMap(({ name }) => {
    if (!names.has(name))
      return [refuse('TOPIARY_GATE_CONSTANT', `output '${name}'`, 'to depend on an input', 'the same for all')];
    if (producer.has(name)) return [];
    return [refuse('TOPIARY_GATE_OUTPUT', `output '${name}'`, 'a value that is computed', 'an input')];
  });
};

const MOST_FAULTS = 5;

/**
 * A picture's answer is its own: whatever depends on a picture keeps the open dimension (a sum over it would mix
 * pictures), and the size of the batch is no number to compute with.
 */
const checkApart = (graph: Graph, types: ReadonlyMap<string, TensorType>, { apart }: Rules): TopiaryError[] => {
  if (!apart) return [];
  const varying = varyingNames(graph);
  const faults = graph.nodes.flatMap((node) => {
    if (node.op === 'Shape') return [refuse('TOPIARY_GATE_BATCH', placeOf(node), 'no size of the batch', 'a Shape')];
    return node.outputs.flatMap((name) => {
      const type = types.get(name);
      if (!varying.has(name) || !type || type.shape.some((dim) => !isFixed(dim))) return [];
      const expected = 'the open dimension in all that depends on a picture';
      return [refuse('TOPIARY_GATE_BATCH', placeOf(node), expected, `'${name}' ${printShape(type.shape)}`)];
    });
  });
  return faults.slice(0, MOST_FAULTS);
};

export const ports: Step = {
  id: 'interface',
  title: 'The inputs and outputs that were asked for',
  run: (subject) => {
    const graph = given(subject.canonical);
    const { rules } = subject;
    refuseAll([
      ...checkPorts('input', graph.inputs, rules.inputs, rules),
      ...checkOpen(given(subject.graph), rules),
      ...checkPorts('output', graph.outputs, rules.outputs, rules),
      ...checkDependence(graph),
      ...checkApart(graph, given(subject.types), rules),
    ]);
    const list = (values: readonly Value[]) =>
      values.map(({ name, shape }) => `${name} ${printShape(shape)}`).join(', ');
    return `${list(graph.inputs)} → ${list(graph.outputs)}`;
  },
};
