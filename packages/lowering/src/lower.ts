/** Turns abstract operators into what onnxruntime runs: fuse, lower, share, drop. A pure pass from graph to graph. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, GraphBuilder, type Node, placeOf } from '@topiary/onnx';
import { keyOf, type Variant } from './_rule.js';
import { infer } from './infer.js';
import { drop } from './passes/drop.js';
import { fuse } from './passes/fuse.js';
import { share } from './passes/share.js';
import { plain } from './plain/index.js';

const variants = { plain } as const satisfies Record<string, Variant>;

export interface LowerOptions {
  /** `plain`: standard operators in plain layout, for every provider. */
  readonly variant?: keyof typeof variants;
  /** Leaves out the operators of onnxruntime's own domain (default false). */
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

const replace = (graph: Graph, variant: Variant, standardOnly: boolean): Graph => {
  const types = GraphBuilder.from(graph, infer);
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  const b = new GraphBuilder(infer);
  const renamed = new Map<string, string>();
  const current = (value: string): string => renamed.get(value) ?? value;
  // Names that rules make must not meet names of the graph.
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') b.fresh(output);
  for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
  for (const initializer of graph.initializers.values()) b.initializer(initializer);
  const lowerNode = (node: Node): void => {
    const rule = variant.get(keyOf(node));
    const x = node.inputs.map(current);
    if (node.op === 'Identity' && node.domain === '') {
      renamed.set(node.outputs[0]!, x[0]!);
      return;
    }
    if (!rule) {
      if (node.domain === ABSTRACT) {
        const expected = `one of ${[...variant.keys()].join(', ')}`;
        throw new TopiaryError('TOPIARY_LOWERING_NO_RULE', { where: placeOf(node), expected, got: node.op });
      }
      b.append({ ...node, inputs: x });
      return;
    }
    const made = b.scoped(node.name, () =>
      rule({
        b,
        node,
        x,
        reads: (i) => read.has(node.outputs[i] ?? ''),
        type: (i) => b.type(x[i]!),
        out: (i) => types.type(node.outputs[i]!),
        constant: (i) => b.constantOf(x[i] ?? ''),
        standardOnly,
      }),
    );
    node.outputs.forEach((output, i) => {
      if (output !== '' && made[i]) renamed.set(output, made[i]);
    });
  };
  for (const node of graph.nodes) lowerNode(node);
  return restoreNames(b, graph, renamed);
};

export const lower = (graph: Graph, { variant = 'plain', standardOnly = false }: LowerOptions = {}): Graph =>
  drop(share(replace(drop(fuse(graph, { standardOnly })), variants[variant], standardOnly)));
