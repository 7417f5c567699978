/** Cuts a graph by a plan: slices initialisers, rewrites what restates a width, and checks every shape. */
import { TopiaryError } from '@topiary/errors';
import {
  type Dim,
  dimAt,
  type Graph,
  type Initializer,
  multiplyDims,
  type Node,
  placeOf,
  printShape,
  sameShape,
  type TensorType,
  toNumbers,
  withData,
} from '@topiary/onnx';
import { inferTypes, opOf } from '@topiary/ops';
import { constantOf } from './context.js';
import type { Atom, Dimension } from './dimension.js';
import type { Dependencies } from './group.js';
import { layerName } from './names.js';
import { type KeptOf, keptPositions, range } from './positions.js';
import { sliceInitializer } from './slice.js';

/** Channels of one layer before and after. */
export interface Width {
  readonly layer: string;
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** Positions that an axis of an initialiser keeps: enough to cut the same network in another framework. */
export interface KeptAxis {
  readonly initializer: string;
  readonly axis: number;
  readonly kept: Int32Array;
}

export interface Cut {
  readonly graph: Graph;
  readonly widths: readonly Width[];
  readonly kept: readonly KeptAxis[];
}

/** Kept channels per group; a group that is not named keeps all. */
export type KeptChannels = ReadonlyMap<string, Int32Array>;

const badPlan = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_PRUNING_BAD_PLAN', { where, expected, got });

const checkKept = (id: string, kept: Int32Array, channels: number): void => {
  const wrong = kept.findIndex((k, i) => k < 0 || k >= channels || (i > 0 && k <= kept[i - 1]!));
  if (wrong < 0) return;
  throw badPlan(`group '${id}'`, `ascending channels below ${channels}`, `${kept[wrong]} at place ${wrong}`);
};

/** What each atom keeps, or null for all. */
export const keptByAtom = ({ groups }: Dependencies, kept: KeptChannels): KeptOf => {
  const byAtom = new Map<Atom, Int32Array>();
  for (const { id, atoms, channels } of groups) {
    const list = kept.get(id);
    if (!list) continue;
    checkKept(id, list, channels);
    if (list.length === channels) continue;
    for (const { atom, start } of atoms) {
      byAtom.set(
        atom,
        list.filter((k) => k >= start && k < start + atom.size).map((k) => k - start),
      );
    }
  }
  return (atom) => byAtom.get(atom) ?? null;
};

export const applyPlan = (graph: Graph, dependencies: Dependencies, plan: { readonly kept: KeptChannels }): Cut =>
  new Cutter(graph, dependencies, keptByAtom(dependencies, plan.kept)).run();

class Cutter {
  readonly #graph: Graph;
  readonly #dependencies: Dependencies;
  readonly #keptOf: KeptOf;
  readonly #memo = new Map<Dimension, Int32Array | null>();
  readonly #initializers: Map<string, Initializer>;
  readonly #kept: KeptAxis[] = [];

  constructor(graph: Graph, dependencies: Dependencies, keptOf: KeptOf) {
    this.#graph = graph;
    this.#dependencies = dependencies;
    this.#keptOf = keptOf;
    this.#initializers = new Map(graph.initializers);
  }

  run(): Cut {
    for (const initializer of this.#graph.initializers.values()) this.#slice(initializer);
    const nodes = this.#graph.nodes.map((node) => (this.#touches(node) ? this.#rewrite(node) : node));
    const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...this.#graph.outputs.map(({ name }) => name)]);
    const initializers = new Map([...this.#initializers].filter(([name]) => used.has(name)));
    const graph = { ...this.#graph, nodes, initializers };
    this.#check(graph);
    return { graph, widths: this.#widths(), kept: this.#kept };
  }

  #keptAxes(name: string): readonly (Int32Array | null)[] {
    return (this.#dependencies.dims.get(name) ?? []).map((dim) => {
      const known = this.#memo.get(dim);
      if (known !== undefined) return known;
      const kept = keptPositions(dim, this.#keptOf);
      this.#memo.set(dim, kept);
      return kept;
    });
  }

  #slice(initializer: Initializer): void {
    const sizes = (this.#dependencies.dims.get(initializer.name) ?? []).map(({ size }) => size);
    if (!sameShape(sizes, initializer.dims)) {
      throw badPlan(
        `initialiser '${initializer.name}'`,
        `${printShape(sizes)}, as in the graph that the groups were found in`,
        printShape(initializer.dims),
      );
    }
    const axes = this.#keptAxes(initializer.name);
    if (axes.every((kept) => kept === null)) return;
    this.#initializers.set(initializer.name, sliceInitializer(initializer, axes));
    axes.forEach((kept, axis) => {
      const place = `initialiser '${initializer.name}', axis ${axis}`;
      if (kept?.length === 0) throw badPlan(place, 'at least one channel', 'none');
      if (kept) this.#kept.push({ initializer: initializer.name, axis, kept });
    });
  }

  #touches(node: Node): boolean {
    return [...node.inputs, ...node.outputs].some((name) => this.#keptAxes(name).some((kept) => kept !== null));
  }

  /** The type of a value after the cut. */
  #after(name: string): TensorType | null {
    const type = this.#dependencies.types.get(name);
    if (!type) return null;
    const axes = this.#keptAxes(name);
    return { type: type.type, shape: type.shape.map((dim, axis) => resized(dim, axes[axis] ?? null)) };
  }

  #rewrite(node: Node): Node {
    const { types } = this.#dependencies;
    const positions = (name: string | undefined, axis: number): Int32Array => {
      const kept = this.#keptAxes(name ?? '')[axis];
      if (kept) return kept;
      const size = dimAt(types.get(name ?? '')?.shape[axis] ?? 0, 1);
      return range(size);
    };
    const { attributes, constants } = opOf(node).rewrite({
      node,
      before: {
        x: node.inputs.map((input) => types.get(input) ?? null),
        y: node.outputs.flatMap((output) => types.get(output) ?? []),
      },
      after: {
        x: node.inputs.map((input) => this.#after(input)),
        y: node.outputs.flatMap((output) => this.#after(output) ?? []),
      },
      constant: (i) => constantOf(this.#graph, node, i),
      keptIn: (i, axis) => positions(node.inputs[i], axis),
      keptOut: (i, axis) => positions(node.outputs[i], axis),
    });
    const inputs = [...node.inputs];
    for (const [index, value] of Object.entries(constants ?? {})) {
      const old = constantOf(this.#graph, node, Number(index));
      if (old && sameShape(old.dims, value.dims) && toNumbers(old).every((n, i) => n === Number(value.data[i])))
        continue;
      const name = this.#fresh(node.inputs[Number(index)] ?? 'constant');
      this.#initializers.set(name, withData(name, value));
      inputs[Number(index)] = name;
    }
    return { ...node, inputs, attributes: { ...node.attributes, ...attributes } };
  }

  /** Constants may be shared by nodes that are cut differently, so each rewritten one gets a name of its own. */
  #fresh(name: string): string {
    const base = name.replace(/\/cut\d*$/, '');
    let n = 0;
    const candidate = () => `${base}/cut${n || ''}`;
    while (this.#initializers.has(candidate())) n += 1;
    return candidate();
  }

  /** Shape rules on the cut graph must give what the algebra says. */
  #check(graph: Graph): void {
    const types = inferTypes(graph);
    for (const node of graph.nodes) {
      for (const output of node.outputs) {
        const [expected, got] = [this.#after(output), types.get(output)];
        if (expected && got && !sameShape(expected.shape, got.shape)) {
          throw badPlan(placeOf(node), printShape(expected.shape), printShape(got.shape));
        }
      }
    }
    for (const { name, shape } of graph.outputs) {
      const got = types.get(name)?.shape ?? [];
      if (!sameShape(shape, got)) throw badPlan(`output '${name}'`, printShape(shape), printShape(got));
    }
  }

  #widths(): Width[] {
    return this.#dependencies.makers.map((maker) => {
      const before = maker.dimension.size;
      const after = this.#keptAxes(maker.initializer)[maker.axis]?.length ?? before;
      return { layer: layerName(maker), axis: maker.axis, before, after };
    });
  }
}

/** A dimension with the number of kept positions, times the batch symbol where it carries it. */
const resized = (dim: Dim, kept: Int32Array | null): Dim => {
  if (kept === null) return dim;
  if (typeof dim === 'number') return kept.length;
  return multiplyDims(dim.slice(dim.indexOf('*') + 1), kept.length)!;
};
