/** The same network as if nobody had trained it: what its shape is worth without its weights. */
import { parametersOf } from '@topiary/autodiff';
import { floats, type Graph, type Initializer, withData } from '@topiary/onnx';
import type { Random } from './_procedure.js';

const elements = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Sum of twelve uniform numbers, less six: mean 0, variance 1, nearly normal. */
const normal = (random: Random): number => {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += random.unit();
  return sum;
};

/** Xavier's uniform rule: ± √(6 / (inputs + outputs)), each counted with the places of a kernel. */
const xavier = ({ dims }: Initializer, axes: readonly number[]): number => {
  const places = elements(dims) / axes.reduce((product, axis) => product * dims[axis]!, 1);
  return Math.sqrt(6 / (axes.reduce((sum, axis) => sum + dims[axis]!, 0) * places));
};

/** Matrices and kernels by Xavier's rule, scales 1, shifts and biases 0, tables with a deviation of 0.02; no statistics. */
export const fromScratch = (graph: Graph, random: Random): Graph => {
  const initializers = new Map(graph.initializers);
  for (const { initializer, role, axes } of parametersOf(graph)) {
    if (role.role === 'statistic') continue;
    const bound = role.role === 'weight' ? xavier(initializer, axes) : 0;
    const draw: Readonly<Record<string, () => number>> = {
      weight: () => bound * (2 * random.unit() - 1),
      parameter: () => 0.02 * normal(random),
      scale: () => 1,
    };
    const one = draw[role.role] ?? (() => 0);
    const data = Float32Array.from({ length: elements(initializer.dims) }, one);
    initializers.set(initializer.name, withData(initializer.name, floats(data, initializer.dims)));
  }
  return { ...graph, initializers };
};
