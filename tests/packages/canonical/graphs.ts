/** Small graphs written down as text would be, for the tests of single passes. */

import { type CanonicalOptions, canonicalize } from '@topiary/canonical';
import {
  type Attributes,
  elements,
  encode,
  floats,
  type Graph,
  type Initializer,
  type Node,
  type Tensor,
  withData,
} from '@topiary/onnx';
import { expect } from 'vitest';
import { type Feeds, relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';

/** `n('Add', 'a b', 'y', {…})`; `_` is an input that is left out. */
export const n = (op: string, inputs: string, outputs: string, attributes: Attributes = {}): Node => {
  const list = (text: string) =>
    text
      .split(' ')
      .filter(Boolean)
      .map((name) => (name === '_' ? '' : name));
  return { op, domain: '', name: '', inputs: list(inputs), outputs: list(outputs), attributes };
};

export interface Sketch {
  readonly opset?: number;
  readonly inputs: Graph['inputs'];
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly nodes: readonly Node[];
  /** Name of the output: `y`. */
  readonly output?: Graph['outputs'][number];
}

export const x = (...shape: (number | string)[]): Graph['inputs'] => [{ name: 'x', type: 'float32', shape }];

export const sketch = ({ opset = 20, inputs, constants = {}, nodes, output }: Sketch): Graph => ({
  name: 'sketch',
  opsets: { '': opset },
  inputs,
  outputs: [output ?? { name: 'y', type: 'float32', shape: ['...'] }],
  nodes,
  initializers: new Map<string, Initializer>(
    Object.entries(constants).map(([name, value]) => [name, withData(name, value)]),
  ),
  metadata: {},
});

/** Numbers of about unit size, the same in every run. */
export const ramp = (...dims: number[]): Tensor =>
  floats(
    Float32Array.from({ length: elements(dims) }, (_, i) => Math.sin(i * 1.7) * 2),
    dims,
  );

export const opsOf = (graph: Graph): string => graph.nodes.map(({ op }) => op).join(' ');

/** The canonical form, after onnxruntime has given the same outputs for both. */
export const check = async (graph: Graph, feeds: Feeds, options?: CanonicalOptions): Promise<Graph> => {
  const canonical = canonicalize(graph, options);
  const [before, after] = [await runOnnx(encode(graph), feeds), await runOnnx(canonical, feeds)];
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, value] of Object.entries(before)) {
    expect(after[name]!.type).toBe(value.type);
    expect(relativeDistance(after[name]!, value)).toBeLessThan(1e-5);
  }
  expect(canonicalize(canonical, options).nodes).toEqual(canonical.nodes);
  return canonical;
};
