/** Where a network is cut into components, and the graphs between the cuts. */
import { edgesOf, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import type { Counter } from '@topiary/pipeline';
import { blocksOf, subgraph } from '@topiary/pruning';

/** The values that cross a cut, the stream first; what a network is given is no part of them. */
export type Cut = readonly string[];

/** Does a value depend on another one, which it is not itself? */
const dependsOn = (graph: Graph): ((value: string, on: string) => boolean) => {
  const { producer } = edgesOf(graph);
  return (value, on) => {
    const seen = new Set<string>();
    const pending = [...(producer.get(value)?.inputs ?? [])];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at === on) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      pending.push(...(producer.get(at)?.inputs ?? []));
    }
    return false;
  };
};

/** Before each block but the first. */
export const cutsBetweenBlocks = (graph: Graph): readonly Cut[] => {
  const given = new Set(graph.inputs.map(({ name }) => name));
  return blocksOf(graph)
    .slice(1)
    .map(({ cut }) => cut.before.filter((value) => !given.has(value)));
};

/**
 * One graph more than there are cuts. Each makes what crosses the cut behind it and is not from further ahead, and those of the
 * network's outputs that need nothing from behind that cut; conditions are computed again in each.
 */
export const componentsAt = (graph: Graph, cuts: readonly Cut[]): readonly Graph[] => {
  const depends = dependsOn(graph);
  const ownerOf = (output: string): number => cuts.filter(([stream]) => depends(output, stream!)).length;
  return [...cuts, []].map((behind, i) => {
    const before = cuts[i - 1] ?? [];
    const own = graph.outputs.map(({ name }) => name).filter((name) => ownerOf(name) === i);
    const made = new Set([...behind.filter((value) => !before.includes(value)), ...own]);
    return { ...subgraph(graph, before, [...made]), name: `${graph.name}-${i + 1}` };
  });
};

/** Cost of what lies between two cuts; -1 is the beginning, and the number of cuts the end. */
const costBetween = (graph: Graph, cuts: readonly Cut[], counter: Counter): ((from: number, to: number) => number) => {
  const macs = new Map(count(graph).byNode.map((one) => [one.node, one[counter]]));
  const known = new Map<string, number>();
  const ends = [...cuts, graph.outputs.map(({ name }) => name)];
  return (from, to) => {
    const key = `${from} ${to}`;
    const before = cuts[from] ?? [];
    const made = ends[to]!.filter((value) => !before.includes(value));
    const cost = known.get(key) ?? subgraph(graph, before, made).nodes.reduce((sum, node) => sum + macs.get(node)!, 0);
    known.set(key, cost);
    return cost;
  };
};

/**
 * `n` - 1 of the cuts, so that the costliest component costs least:
 *
 *   best(k, b) = min over a < b of max(best(k - 1, a), cost(a, b))
 */
export const balancedCuts = (graph: Graph, cuts: readonly Cut[], n: number, counter: Counter): readonly Cut[] => {
  const cost = costBetween(graph, cuts, counter);
  interface Best {
    readonly most: number;
    readonly at: readonly number[];
  }
  let best: readonly (Best | null)[] = Array.from({ length: cuts.length + 1 }, (_, b) => ({
    most: cost(-1, b),
    at: [],
  }));
  for (let k = 2; k <= n; k += 1) {
    const before = best;
    best = before.map((_, b) => {
      let found: Best | null = null;
      for (let a = k - 2; a < b; a += 1) {
        const first = before[a];
        if (!first) continue;
        const most = Math.max(first.most, cost(a, b));
        if (found === null || most < found.most) found = { most, at: [...first.at, a] };
      }
      return found;
    });
  }
  return best.at(-1)!.at.map((i) => cuts[i]!);
};
