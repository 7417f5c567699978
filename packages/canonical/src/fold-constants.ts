/**
 * Constant arithmetic that ends in a weight becomes that weight: standardised convolutions, weight norm, half precision
 * behind Cast. The walk of `fold.ts` looks at one node at a time and must not change how many trained numbers there
 * are; here a whole subgraph of constants is looked at, with everything that reads its results.
 */
import { elementsAt, type Graph, type Node, type Tensor, tensorOf, withData } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { Draft, type Pass, type Settings } from './_pass.js';
import { computeByRules } from './compute-by-rules.js';
import { Constants, type Family } from './constant-families.js';

/** The nodes behind some values, in their order, as a graph without inputs. */
const subgraphOf = (graph: Graph, constants: Constants, results: readonly string[]): Graph => {
  const needed = new Set<Node>();
  const initializers: Graph['initializers'] = new Map(
    constants.behind(results, needed).map((name) => [name, graph.initializers.get(name)!]),
  );
  const nodes = constants.nodes.filter((node) => needed.has(node));
  const last = nodes.filter(({ outputs }) => outputs.some((output) => results.includes(output)));
  const outputs = last.flatMap((node) =>
    node.outputs.filter(Boolean).map((name) => ({ name, ...constants.types.get(name)! })),
  );
  const { name, opsets } = graph;
  return { name: `${name}.constants`, opsets, inputs: [], outputs, nodes, initializers, metadata: {} };
};

/** Elements that our own rules compute before somebody faster is asked. */
const FEW = 2 ** 20;

/** Our own rules need nobody, but go element by element and do not know every operator. */
const compute = (part: Graph, { evaluate, budget }: Settings): readonly Tensor[] | null => {
  const elements = [...inferTypes(part).values()].reduce((n, { shape }) => n + elementsAt(shape), 0);
  const byRules = () => computeByRules(part, budget);
  if (!evaluate) return byRules();
  return elements > FEW ? evaluate(part) : (byRules() ?? evaluate(part));
};

const hasNumbers = (part: Graph): boolean =>
  [...part.initializers.values()].every((initializer) => tensorOf(initializer) !== null);

export const foldConstants: Pass = (graph, settings) => {
  const constants = new Constants(graph, inferTypes(graph));
  if (constants.nodes.length === 0) return graph;
  const draft = new Draft(constants.graph);
  const folded = new Set<Node>();
  const foldFamily = ({ computed }: Family): void => {
    const part = subgraphOf(constants.graph, constants, computed);
    const values = hasNumbers(part) ? compute(part, settings) : null;
    values?.forEach((value, i) => {
      const { name } = part.outputs[i]!;
      draft.initializers.set(name, withData(name, value));
      folded.add(constants.producer.get(name)!);
    });
  };
  for (const family of constants.families()) if (family.mayFold) foldFamily(family);
  draft.nodes.push(...constants.graph.nodes.filter((node) => !folded.has(node)));
  return draft.graph();
};
