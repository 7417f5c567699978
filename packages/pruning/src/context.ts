/** Runs every operator's channel rule over a graph: an expression for each dimension of each value. */
import { TopiaryError } from '@topiary/errors';
import { type Dim, dimAt, type Graph, type Node, placeOf, type Tensor, type TensorType, tensorOf } from '@topiary/onnx';
import { type ChannelContext, type Expr, inferTypes, opOf, type Role, trainableNames } from '@topiary/ops';
import { Algebra, BATCH } from './algebra.js';
import { tieAttention } from './attention.js';
import { type Dimension, leavesOf, resolve } from './dimension.js';

/** A dimension of a weight that makes channels of its own. */
export interface Maker {
  readonly initializer: string;
  readonly axis: number;
  readonly node: Node;
  readonly dimension: Dimension;
}

export interface Analysis {
  readonly types: ReadonlyMap<string, TensorType>;
  /** Resolved, one per dimension. */
  readonly dims: ReadonlyMap<string, readonly Dimension[]>;
  readonly makers: readonly Maker[];
}

/** Operators see an opaque Expr; whatever they hand back was made here. */
const own = (e: Expr): Dimension => e as Dimension;

const contextOf = (
  algebra: Algebra,
  graph: Graph,
  node: Node,
  types: ChannelContext['types'],
  x: readonly (readonly Dimension[])[],
): ChannelContext => ({
  node,
  types,
  x,
  constant: (i) => constantOf(graph, node, i),
  size: (e) => own(e).size,
  unify: (a, b) => algebra.unify(own(a), own(b)),
  fix: (e) => algebra.fix(own(e), `${placeOf(node)} keeps it`),
  fixed: (dim) => algebra.atom(dimAt(dim, BATCH), `made by ${placeOf(node)}`),
  free: (size) => algebra.atom(size),
  sum: (parts) => algebra.sum(parts.map(own)),
  product: (factors) => algebra.product(factors.map(own)),
  split: (e, sizes) => algebra.split(own(e), sizes),
  reshape: (dims, to) =>
    algebra.reshape(
      dims.map(own),
      to.map((dim) => dimAt(dim, BATCH)),
    ),
});

export const constantOf = (graph: Graph, node: Node, i: number): Tensor | null => {
  const initializer = graph.initializers.get(node.inputs[i] ?? '');
  return initializer ? tensorOf(initializer) : null;
};

export const analyse = (graph: Graph): Analysis => {
  const algebra = new Algebra();
  const types = inferTypes(graph);
  const dims = new Map<string, readonly Dimension[]>();
  const makers: Maker[] = [];
  for (const { name, shape } of graph.inputs) {
    dims.set(
      name,
      shape.map((dim) => algebra.atom(dimAt(dim, BATCH), `input '${name}' of the network`)),
    );
  }
  for (const initializer of graph.initializers.values()) {
    if (!dims.has(initializer.name))
      dims.set(
        initializer.name,
        initializer.dims.map((size) => algebra.atom(size)),
      );
  }
  for (const node of graph.nodes) runRule(algebra, graph, node, types, dims, makers);
  // a grid of positions that a matrix multiplies is read like a weight, and no layer
  const trained = trainableNames(graph, types);
  tieAttention(algebra, graph, types, dims);
  for (const { name } of graph.outputs) {
    for (const dim of dims.get(name) ?? []) algebra.fix(dim, `output '${name}' of the network`);
  }
  for (const [name, list] of dims) dims.set(name, list.map(resolve));
  return {
    types,
    dims,
    makers: makers
      .filter(({ initializer }) => trained.has(initializer))
      .map((maker) => ({ ...maker, dimension: resolve(maker.dimension) })),
  };
};

const runRule = (
  algebra: Algebra,
  graph: Graph,
  node: Node,
  types: ReadonlyMap<string, TensorType>,
  dims: Map<string, readonly Dimension[]>,
  makers: Maker[],
): void => {
  algebra.place = placeOf(node);
  const op = opOf(node);
  const typesOf = (names: readonly string[]) => names.map((name) => types.get(name) ?? null);
  const x = node.inputs.map((input) => (dims.get(input) ?? []).map(resolve));
  const inputTypes = typesOf(node.inputs);
  const outputTypes = typesOf(node.outputs).filter((type) => type !== null);
  const y = op.channels(contextOf(algebra, graph, node, { x: inputTypes, y: outputTypes }, x));
  node.outputs.forEach((output, i) => {
    const type = types.get(output);
    if (output === '' || !type) return;
    dims.set(output, checked(node, type.shape, (y[i] ?? []).map(own)));
  });
  collectMakers(graph, node, op.roles(node, inputTypes), dims, makers);
};

/** A rule that returns other sizes than the shape rule is a fault of the operator's file. */
const checked = (node: Node, shape: readonly Dim[], y: readonly Dimension[]): readonly Dimension[] => {
  const expected = shape.map((dim) => dimAt(dim, BATCH));
  if (expected.length === y.length && expected.every((size, i) => size === y[i]!.size)) return y;
  throw new TopiaryError('TOPIARY_PRUNING_BAD_PLAN', {
    where: placeOf(node),
    expected: `channel rule with sizes [${expected}]`,
    got: `[${y.map(({ size }) => size)}]`,
  });
};

/**
 * A weight makes channels unless they only pass through it: all of a depthwise convolution's channels are those of
 * its input already, right after its rule has run.
 */
const collectMakers = (
  graph: Graph,
  node: Node,
  roles: Readonly<Record<number, Role>>,
  dims: ReadonlyMap<string, readonly Dimension[]>,
  makers: Maker[],
): void => {
  const leaves = (list: readonly Dimension[]) => list.flatMap((dim) => leavesOf(resolve(dim)));
  for (const [index, role] of Object.entries(roles)) {
    const name = node.inputs[Number(index)] ?? '';
    if (role.role !== 'weight' || !graph.initializers.has(name)) continue;
    const dimension = dims.get(name)?.[role.out];
    // a layer that is called twice makes its channels once
    const isKnown = makers.some(({ initializer, axis }) => initializer === name && axis === role.out);
    if (!dimension || isKnown) continue;
    const data = node.inputs.filter((input) => !graph.initializers.has(input)).map((input) => dims.get(input) ?? []);
    const incoming = new Set(leaves(data.flat()));
    const free = leaves([dimension]).filter(({ fixed }) => fixed === null);
    const passes = free.length > 0 && free.every((leaf) => incoming.has(leaf));
    if (!passes) makers.push({ initializer: name, axis: role.out, node, dimension });
  }
};
