/**
 * Constant arithmetic that ends in a weight becomes that weight: standardised convolutions, weight norm, half precision
 * behind Cast. The walk of `fold.ts` looks at one node at a time and must not change how many trained numbers there
 * are; here a whole subgraph of constants is looked at, with everything that reads its results.
 */
import { type Graph, type Node, type Tensor, tensorOf, withData } from '@topiary/onnx';
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

/** Elements of a node that our own rules compute where somebody faster was handed in. */
const FEW = 2 ** 18;

/** Values of families that may fold, by our own rules: these need nobody, but do not know every operator. */
const byRules = (constants: Constants, families: readonly Family[], { evaluate, budget }: Settings) => {
  const needed = new Set<Node>();
  constants.behind(
    families.flatMap(({ computed }) => computed),
    needed,
  );
  const nodes = constants.nodes.filter((node) => needed.has(node));
  const { graph, types } = constants;
  return computeByRules(nodes, { graph, types, budget, most: evaluate ? FEW : Number.POSITIVE_INFINITY });
};

const hasNumbers = (part: Graph): boolean =>
  [...part.initializers.values()].every((initializer) => tensorOf(initializer) !== null);

export const foldConstants: Pass = (graph, settings) => {
  const constants = new Constants(graph, inferTypes(graph));
  if (constants.nodes.length === 0) return graph;
  const families = constants.families().filter(({ mayFold }) => mayFold);
  const known = byRules(constants, families, settings);
  const draft = new Draft(constants.graph);
  const folded = new Set<Node>();
  for (const { computed } of families) {
    const makers = new Set(computed.map((value) => constants.producer.get(value)!));
    const outputs = [...makers].flatMap((node) => node.outputs.filter(Boolean));
    let values: ReadonlyMap<string, Tensor> = known;
    if (!outputs.every((output) => known.has(output))) {
      const part = settings.evaluate ? subgraphOf(constants.graph, constants, computed) : null;
      const answer = part && hasNumbers(part) ? settings.evaluate!(part) : null;
      if (!part || !answer) continue;
      values = new Map(part.outputs.map(({ name }, i) => [name, answer[i]!]));
    }
    for (const output of outputs) draft.initializers.set(output, withData(output, values.get(output)!));
    for (const maker of makers) folded.add(maker);
  }
  draft.nodes.push(...constants.graph.nodes.filter((node) => !folded.has(node)));
  return draft.graph();
};
