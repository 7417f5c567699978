/** Turns abstract operators into what onnxruntime runs: fuse, assign layouts, lower, share, drop. A pure pass from graph to graph. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, GraphBuilder, type Node, placeOf } from '@topiary/onnx';
import { keyOf } from './_rule.js';
import type { BlockedContext } from './blocked/_rule.js';
import { fuseBlocked } from './blocked/fuse.js';
import { blocked } from './blocked/index.js';
import { inferWith } from './infer.js';
import { drop } from './passes/drop.js';
import { manyRows } from './passes/few-rows.js';
import { fuse } from './passes/fuse.js';
import { assignLayouts, type Layouts, NO_BLOCKS } from './passes/layouts.js';
import { fuseScaledSums } from './passes/scaled-sums.js';
import { share } from './passes/share.js';
import { shortAxes } from './passes/short-axes.js';
import { spreadScalars } from './passes/spread-scalars.js';
import { type Pair, storedFilters } from './passes/store.js';
import { plain } from './plain/index.js';
import { Values } from './values.js';

export interface LowerOptions {
  /**
   * Channels per block of the CPU's own convolution layout: the blocked lowering where it pays. Absent: the plain one,
   * which every provider runs.
   */
  readonly block?: number;
  /** Leaves out the operators of onnxruntime's own domains (default false); not together with `block`. */
  readonly standardOnly?: boolean;
}

const ABSTRACT = 'topiary';

/** Gives the outputs of the graph their names back. */
const restoreNames = (b: GraphBuilder, from: Graph, renamed: ReadonlyMap<string, string>): Graph => {
  const names = new Map<string, string>();
  const fixed = new Set(from.inputs.map(({ name }) => name));
  for (const { name } of from.outputs) fixed.add(name);
  for (const { name } of from.outputs) {
    const value = renamed.get(name) ?? name;
    if (value === name) b.output(name);
    else if (fixed.has(value) || names.has(value) || from.initializers.has(value) || b.constantOf(value))
      b.output(value, name);
    else {
      names.set(value, name);
      b.output(value);
    }
  }
  const graph = b.build(from.name, from.metadata);
  const rename = (value: string): string => names.get(value) ?? value;
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return { ...graph, nodes, outputs: from.outputs };
};

interface Replacement {
  readonly block: number;
  readonly layouts: Layouts;
  readonly stored: ReadonlySet<string>;
  readonly standardOnly: boolean;
}

const noRule = (node: Node): TopiaryError => {
  const expected = `one of ${[...plain.keys()].join(', ')}`;
  return new TopiaryError('TOPIARY_LOWERING_NO_RULE', { where: placeOf(node), expected, got: node.op });
};

const replace = (graph: Graph, { block, layouts, stored, standardOnly }: Replacement): Graph => {
  const infer = inferWith(block);
  const types = GraphBuilder.from(graph, infer);
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  const b = GraphBuilder.beside(graph, infer);
  const values = new Values(b, (value) => types.shape(value), block);

  const contextOf = (node: Node): BlockedContext => ({
    b,
    node,
    block,
    get x() {
      return node.inputs.map((input) => values.plain(input));
    },
    reads: (i) => read.has(node.outputs[i] ?? ''),
    type: (i) => types.type(node.inputs[i]!),
    shape: (i) => types.shape(node.inputs[i]!),
    out: (i) => types.type(node.outputs[i]!),
    outShape: (i) => types.shape(node.outputs[i]!),
    constant: (i) => b.constantOf(values.plain(node.inputs[i] ?? '')),
    arrives: (i) => layouts.values.has(node.inputs[i] ?? ''),
    wanted: () => true,
    blocked: (i) => values.blocked(node.inputs[i]!),
    storedIn: (i) => stored.has(node.inputs[i] ?? ''),
    storedOut: () => stored.has(node.outputs[0]!),
    standardOnly,
  });
  const keep = (node: Node, made: readonly string[]): void =>
    node.outputs.forEach((output, i) => {
      if (output !== '' && made[i]) values.set(output, made[i], layouts.values.has(output) ? 'blocked' : 'plain');
    });
  const lowerNode = (node: Node): void => {
    const rule = layouts.nodes.has(node.outputs[0]!) ? blocked.get(keyOf(node))!.lower : plain.get(keyOf(node));
    if (rule) keep(node, rule(contextOf(node)));
    else if (node.domain === ABSTRACT) throw noRule(node);
    else b.append({ ...node, inputs: node.inputs.map((input) => values.plain(input)) });
  };
  for (const node of graph.nodes) {
    if (node.op === 'Identity' && node.domain === '') values.alias(node.outputs[0]!, node.inputs[0]!);
    else b.scoped(node.name, () => lowerNode(node));
  }
  return restoreNames(b, graph, new Map(graph.outputs.map(({ name }) => [name, values.plain(name)])));
};

/** A step that is taken again and again. */
export interface LoweredStep {
  /** Its outputs hold the elements in their order; the shape of one may be another (`passes/scaled-sums.ts`). */
  readonly graph: Graph;
  /** Of the inputs that an output replaces, those that lie in a filter's blocks (`toFilterBlocks`), as their outputs do. */
  readonly stored: ReadonlySet<string>;
}

/** `pairs`: what the next step takes in the place of which input. */
export const lowerStep = (
  graph: Graph,
  pairs: readonly Pair[],
  { block = 0, standardOnly = false }: LowerOptions = {},
): LoweredStep => {
  const infer = inferWith(block);
  const turned = fuse(graph, { standardOnly });
  const fused = drop(standardOnly ? turned : manyRows(turned, infer));
  const layouts = block > 0 ? assignLayouts(fused, blocked, block, infer) : NO_BLOCKS;
  const stored = storedFilters(fused, layouts, { pairs, block, infer });
  const replaced = replace(fuseBlocked(fused, layouts.values), { block, layouts, stored, standardOnly });
  const inputs = pairs.map(({ input }) => input).filter((input) => stored.has(input));
  const summed = block > 0 ? fuseScaledSums(replaced, { pairs, block, infer }) : replaced;
  const spread = spreadScalars(summed, infer);
  return { graph: drop(share(standardOnly ? spread : shortAxes(spread, infer))), stored: new Set(inputs) };
};

export const lower = (graph: Graph, options: LowerOptions = {}): Graph => lowerStep(graph, [], options).graph;
