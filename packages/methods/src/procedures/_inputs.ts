/** Inputs of a network in a graph that is composed round it. */
import type { Loss } from '@topiary/autodiff';
import { type Graph, type GraphBuilder, shapeAt } from '@topiary/onnx';

/** The network's inputs: as the loss makes them, or fed. */
export const declareInputs = (b: GraphBuilder, network: Graph, loss: Loss, batch: number): readonly string[] => {
  const inputs = network.inputs.map((input) => ({ ...input, shape: shapeAt(input.shape, batch) }));
  if (loss.declare) b.scoped('inputs', () => loss.declare!(b, inputs));
  else for (const { name, type, shape } of inputs) b.input(name, type, shape);
  return inputs.map(({ name }) => name);
};
