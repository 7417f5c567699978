/**
 * A denoiser in two parts that share weights. A wave x of 16 samples and a timestep t (int64) go in, the noise comes out.
 *
 *   early  h = relu(W1 x + E[t]),  h = relu(W2 h),  W3 h
 *   late   the same without W2
 */
import type { Graph } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type Pipeline, type Port, portsOf, type Schedule } from '@topiary/pipeline';
import { materialize } from '@topiary/zoo';

export const SAMPLES = 16;
export const STEPS = 4;
const HIDDEN = 24;

const linear = (b: ReturnType<typeof createBuilder>, x: string, name: string, dims: [number, number]): string =>
  b.op('MatMul', [x, b.parameter(name, dims, { rule: 'kaiming-normal', fan: dims[0] })]);

const part = (deep: boolean): Graph => {
  const b = createBuilder();
  const [x, t] = [b.input('x', 'float32', ['N', SAMPLES]), b.input('t', 'int64', ['N'])];
  const table = b.parameter('E', [STEPS, HIDDEN], { rule: 'normal', std: 0.5 });
  let h = b.op('Relu', [b.op('Add', [linear(b, x, 'W1', [SAMPLES, HIDDEN]), b.op('Gather', [table, t])])]);
  if (deep) h = b.op('Relu', [linear(b, h, 'W2', [HIDDEN, HIDDEN])]);
  b.output(linear(b, h, 'W3', [HIDDEN, SAMPLES]), 'noise');
  return b.build(deep ? 'early' : 'late');
};

/** A timestep is a whole number below the number of steps. */
export const portsFor = (graph: Graph): Port[] =>
  portsOf(graph).map((port) => (port.type === 'int64' ? { ...port, fill: { kind: 'below', limit: STEPS } } : port));

const call = (name: string) => ({ part: name, in: { x: 'x', t: 't' }, out: { noise: 'noise' }, lane: 0 });

export const SCHEDULE: Schedule = {
  given: ['x', 't'],
  results: ['noise'],
  stretches: [
    { steps: STEPS / 2, calls: [call('early')] },
    { steps: STEPS / 2, calls: [call('late')] },
  ],
};

/** With weights that a seed makes; what both parts have is one tensor. */
export const denoiser = (seed: number): Pipeline => {
  const [early, late] = [materialize(part(true), seed), part(false)];
  const shared = new Map([...late.initializers].map(([name, one]) => [name, early.initializers.get(name) ?? one]));
  const graphs = { early, late: { ...late, initializers: shared } };
  return {
    schedule: SCHEDULE,
    parts: new Map(Object.entries(graphs).map(([id, graph]) => [id, { graph, ports: portsFor(graph) }])),
  };
};
