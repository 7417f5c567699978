/** The groups of a cut graph, channel by channel those of the original: no second analysis, no renumbering. */
import type { Graph } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { type KeptChannels, keptByAtom } from './apply.js';
import { type Atom, type Dimension, makeProduct, makeSum } from './dimension.js';
import type { Dependencies } from './group.js';
import { assemble } from './groups.js';

const constantAxis = (size: number): Atom => ({ kind: 'atom', id: -1, size, fixed: 'a constant', bound: null });

/** `graph` is the result of cutting by `kept`. Channel j of a group is channel `kept[j]` of the original. */
export const restrict = (dependencies: Dependencies, kept: KeptChannels, graph: Graph): Dependencies => {
  const keptOf = keptByAtom(dependencies, kept);
  const atoms = new Map<Atom, Atom>();
  const narrowAtom = (atom: Atom): Atom => {
    const size = atom.fixed === null ? (keptOf(atom)?.length ?? atom.size) : atom.size;
    if (size === atom.size) return atom;
    const narrow = atoms.get(atom) ?? { ...atom, size };
    atoms.set(atom, narrow);
    return narrow;
  };
  const memo = new Map<Dimension, Dimension>();
  const narrow = (e: Dimension): Dimension => {
    if (e.kind === 'atom') return narrowAtom(e);
    const known = memo.get(e) ?? (e.kind === 'sum' ? makeSum(e.parts.map(narrow)) : makeProduct(e.factors.map(narrow)));
    memo.set(e, known);
    return known;
  };
  const dims = new Map([...dependencies.dims].map(([name, list]) => [name, list.map(narrow)]));
  // Constants that the cut wrote anew (pads, shapes) restate widths and hold no channels themselves.
  for (const { name, dims: sizes } of graph.initializers.values()) {
    if (!dims.has(name)) dims.set(name, sizes.map(constantAxis));
  }
  const nodes = new Map(graph.nodes.map((node) => [node.outputs[0], node]));
  const makers = dependencies.makers.map((maker) => ({
    ...maker,
    node: nodes.get(maker.node.outputs[0]) ?? maker.node,
    dimension: narrow(maker.dimension),
  }));
  const outlines = dependencies.groups.map(({ id, kind, atoms: list }) => ({
    id,
    kind,
    atoms: list.map(({ atom }) => narrowAtom(atom)),
  }));
  const prunable = new Set([...dependencies.prunable].map(narrowAtom));
  const analysis = { types: inferTypes(graph), dims, makers };
  return assemble(graph, analysis, outlines, prunable, dependencies.published);
};
