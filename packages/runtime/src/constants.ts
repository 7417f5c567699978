/** Lets onnxruntime compute constants for whoever folds a graph: folding cannot wait, so it is done again with what it asked for. */
import { type Graph, print, type Tensor } from '@topiary/onnx';
import { infer } from './infer.js';

/** The outputs of a graph without inputs; null where they are not at hand. */
export type EvaluateConstants = (part: Graph) => readonly Tensor[] | null;

/** What onnxruntime cannot compute stays in the graph, where its session will say why. */
const compute = async (part: Graph): Promise<readonly Tensor[] | null> => {
  try {
    const results = await infer(part, {}, { provider: 'cpu', threads: 1 });
    return part.outputs.map(({ name }) => results[name]!);
  } catch {
    return null;
  }
};

/** `build` is called until it asks for nothing new; it has to give the same result for the same answers. */
export const withConstants = async <T>(build: (evaluate: EvaluateConstants) => T): Promise<T> => {
  const known = new Map<string, readonly Tensor[] | null>();
  for (;;) {
    const asked = new Map<string, Graph>();
    const built = build((part) => {
      const key = print(part);
      if (!known.has(key)) asked.set(key, part);
      return known.get(key) ?? null;
    });
    if (asked.size === 0) return built;
    for (const [key, part] of asked) known.set(key, await compute(part));
  }
};
