/**
 * Counts a candidate plan without building its graph: the operators' own MACs rules, on shapes whose variable
 * dimensions are computed from the expressions. Equal to a recount of the written file.
 */
import { type Dim, elementsAt, multiplyDims, type TensorType } from '@topiary/onnx';
import { type MacsContext, type MacsRule, macsAs, opOf, trainableNames } from '@topiary/ops';
import { BATCH } from './algebra.js';
import { type Atom, type Dimension, leavesOf } from './dimension.js';
import type { Dependencies } from './group.js';
import { keptSize } from './positions.js';

export interface Counts {
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
}

interface MutableType {
  readonly type: TensorType['type'];
  readonly shape: Dim[];
}

/** A dimension that depends on the plan: `shape[axis]` is the size in `slot`, times the batch symbol if it has one. */
interface Variable {
  readonly shape: Dim[];
  readonly axis: number;
  readonly slot: number;
  readonly symbol: string | null;
}

interface Counted {
  readonly rule: MacsRule;
  readonly context: MacsContext;
}

const symbolOf = (dim: Dim): string | null => (typeof dim === 'number' ? null : dim.slice(dim.indexOf('*') + 1));

export class Counter {
  /** Every atom that a group may cut, in the order in which `count` takes the sizes. */
  readonly atoms: readonly Atom[];
  readonly base: Counts;
  readonly #indexOf = new Map<Atom, number>();
  readonly #slots = new Map<Dimension, number>();
  readonly #expressions: Dimension[] = [];
  readonly #variables: Variable[] = [];
  readonly #nodes: Counted[] = [];
  readonly #parameters: MutableType[] = [];
  #constant: Counts = { params: 0, macs: { pure: 0, published: 0 } };

  constructor(dependencies: Dependencies) {
    this.atoms = dependencies.groups.flatMap(({ atoms }) => atoms.map(({ atom }) => atom));
    this.atoms.forEach((atom, i) => {
      this.#indexOf.set(atom, i);
    });
    const types = new Map<string, TensorType>();
    const variable = new Set<string>();
    for (const [name, type] of dependencies.types) {
      const mutable = this.#typeOf(type, dependencies.dims.get(name) ?? []);
      types.set(name, mutable ?? type);
      if (mutable) variable.add(name);
    }
    this.#addNodes(dependencies, types, variable);
    this.#addParameters(dependencies, types, variable);
    this.base = this.count(Float64Array.from(this.atoms, ({ size }) => size));
  }

  /** Parameters and MACs when atom i keeps `sizes[i]` channels. */
  count(sizes: Float64Array): Counts {
    const countOf = (atom: Atom) => sizes[this.#indexOf.get(atom) ?? -1] ?? atom.size;
    const values = this.#expressions.map((e) => keptSize(e, countOf));
    for (const { shape, axis, slot, symbol } of this.#variables) {
      const size = values[slot]!;
      shape[axis] = symbol === null ? size : multiplyDims(symbol, size / BATCH)!;
    }
    let { params } = this.#constant;
    let { pure, published } = this.#constant.macs;
    for (const { rule, context } of this.#nodes) {
      const macs = rule(context);
      pure += macs.pure;
      published += macs.published;
    }
    for (const { shape } of this.#parameters) params += elementsAt(shape);
    return { params, macs: { pure, published } };
  }

  /** A type whose variable dimensions are rewritten by `count`; null where none is variable. */
  #typeOf(type: TensorType, dims: readonly Dimension[]): MutableType | null {
    const shape = [...type.shape];
    let isVariable = false;
    dims.forEach((dim, axis) => {
      if (!leavesOf(dim).some((leaf) => this.#indexOf.has(leaf))) return;
      isVariable = true;
      this.#variables.push({ shape, axis, slot: this.#slotOf(dim), symbol: symbolOf(type.shape[axis]!) });
    });
    return isVariable ? { type: type.type, shape } : null;
  }

  #slotOf(dim: Dimension): number {
    const known = this.#slots.get(dim);
    if (known !== undefined) return known;
    this.#expressions.push(dim);
    this.#slots.set(dim, this.#expressions.length - 1);
    return this.#expressions.length - 1;
  }

  #addNodes(
    { graph, published: as }: Dependencies,
    types: ReadonlyMap<string, TensorType>,
    variable: ReadonlySet<string>,
  ): void {
    let [pure, published] = [0, 0];
    for (const node of graph.nodes) {
      const context: MacsContext = {
        node,
        x: node.inputs.map((input) => types.get(input) ?? null),
        y: node.outputs.flatMap((output) => types.get(output) ?? []),
        isWeight: (i) => graph.initializers.has(node.inputs[i] ?? ''),
      };
      const rule = macsAs(opOf(node).macs, as(node));
      if ([...node.inputs, ...node.outputs].some((name) => variable.has(name))) this.#nodes.push({ rule, context });
      else {
        const known = rule(context);
        pure += known.pure;
        published += known.published;
      }
    }
    this.#constant = { params: 0, macs: { pure, published } };
  }

  #addParameters({ graph }: Dependencies, types: ReadonlyMap<string, TensorType>, variable: ReadonlySet<string>): void {
    let params = 0;
    for (const name of trainableNames(graph, new Map(types))) {
      const type = types.get(name)!;
      if (variable.has(name)) this.#parameters.push({ type: type.type, shape: type.shape as Dim[] });
      else params += elementsAt(type.shape);
    }
    this.#constant = { ...this.#constant, params };
  }
}
