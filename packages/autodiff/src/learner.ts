/** What learns in a training, and how: declared by whoever made the graph, or read off the operators of a network. */
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { nameAs } from './embed.js';
import { isTrainable, type Parameter, parametersOf } from './parameters.js';

export interface LearnerOptions {
  /** Times the learning rate (1). */
  readonly rate?: number;
  /** Times the weight decay: 0 for none (1 or 0, as the optimiser does by default with such a parameter). */
  readonly decay?: number;
  /** Lowest and highest value after an update (any). */
  readonly clamp?: readonly [number, number];
}

/** An initialiser of the graph that learns. */
export interface Declared extends LearnerOptions {
  readonly name: string;
}

export interface Learner extends LearnerOptions {
  readonly parameter: Parameter;
}

/** All parameters of a network that is embedded `as` something, to be declared alike. */
export const parametersAs = (as: string, network: Graph, options: LearnerOptions = {}): readonly Declared[] =>
  parametersOf(network)
    .filter(isTrainable)
    .map(({ initializer }) => ({ name: nameAs(as, initializer.name), ...options }));

/** What no operator reads as a weight: gates, logits, coefficients. */
const plain = (initializer: Parameter['initializer']): Parameter => ({
  initializer,
  role: { role: 'parameter' },
  axes: initializer.dims.map((_, axis) => axis),
});

export const learnersOf = (graph: Graph, declared: readonly Declared[]): readonly Learner[] => {
  const known = new Map(parametersOf(graph).map((parameter) => [parameter.initializer.name, parameter]));
  const seen = new Set<string>();
  return declared.map(({ name, ...options }) => {
    const initializer = graph.initializers.get(name);
    if (initializer?.type !== 'float32' || seen.has(name)) {
      throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
        where: `parameter '${name}' of graph '${graph.name}'`,
        expected: 'an initialiser of float32 that is declared once',
        got: seen.has(name) ? 'another declaration' : (initializer?.type ?? 'no such initialiser'),
      });
    }
    seen.add(name);
    return { parameter: known.get(name) ?? plain(initializer), ...options };
  });
};
