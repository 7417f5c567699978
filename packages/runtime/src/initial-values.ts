/** The elements of a network's initialisers, as feeds of a graph that takes them as inputs. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, type Tensor, tensorOf } from '@topiary/onnx';
import type { Feeds } from './tensors.js';

export const initialValue = (graph: Graph, name: string): Tensor => {
  const initializer = graph.initializers.get(name);
  const value = initializer && tensorOf(initializer);
  if (value) return value;
  throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', {
    where: `initialiser '${name}' of graph '${graph.name}'`,
    expected: 'elements',
    got: initializer ? 'only a rule to make them' : 'no such initialiser',
    cure: 'Draw the initial weights first.',
  });
};

export const initialValues = (graph: Graph, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, initialValue(graph, name)]));
