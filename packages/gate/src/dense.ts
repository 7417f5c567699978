/** What is known of a dense network, so that a file beside it can hide nothing: every ceiling is relative to it. */
import { elements, type Graph, type Node } from '@topiary/onnx';
import { type Cost, type Count, count, inferTypes, opOf, trainableNames, workOf } from '@topiary/ops';

/** Work for one example that is no multiply-accumulate of a layer; `ops` says what each word means. */
export interface OtherWork {
  readonly joins: number;
  readonly elementwise: number;
  readonly movedBytes: number;
}

/** Numbers that are stored and are no parameters. */
export interface OtherNumbers {
  readonly statistics: number;
  /** Places, sizes, masks. */
  readonly rest: number;
}

/** The dense network that an upload is compared with. */
export interface Dense {
  readonly params: number;
  /** Multiply-accumulates for one example: convolutions, linear layers, attention products. */
  readonly macs: number;
  /** Of its file. */
  readonly bytes: number;
  readonly others: OtherNumbers;
  readonly work: Omit<Cost, 'products'>;
}

const statisticNames = (graph: Graph): ReadonlySet<string> => {
  const types = inferTypes(graph);
  const typesOf = ({ inputs }: Node) => inputs.map((input) => types.get(input) ?? null);
  return new Set(
    graph.nodes.flatMap((node) => {
      const roles = opOf(node).roles(node, typesOf(node));
      return node.inputs.filter((_, i) => roles[i]?.role === 'statistic');
    }),
  );
};

const otherNumbers = (graph: Graph): OtherNumbers => {
  const [trained, statistic] = [trainableNames(graph), statisticNames(graph)];
  let [statistics, rest] = [0, 0];
  for (const { name, dims } of graph.initializers.values()) {
    if (trained.has(name)) continue;
    if (statistic.has(name)) statistics += elements(dims);
    else rest += elements(dims);
  }
  return { statistics, rest };
};

/**
 * Parameters of a file: those that are trained, and all numbers beyond the dense network's own that are not. Behind a
 * Cast, a product with one, an index into a table or a zero that is added, a number is still a number; an honest file
 * stores no statistics and places that the dense one lacks.
 */
export const paramsOf = (graph: Graph, { params }: Count, dense: Dense | null): number => {
  if (dense === null) return params;
  const { statistics, rest } = otherNumbers(graph);
  return params + Math.max(0, statistics - dense.others.statistics) + Math.max(0, rest - dense.others.rest);
};

/** Of a canonical graph whose file has so many bytes. */
export const denseOf = (graph: Graph, bytes: number): Dense => {
  const { params, pure } = count(graph);
  return { params, macs: pure, bytes, others: otherNumbers(graph), work: workOf(graph) };
};
