/**
 * The constant part of a graph, and its values by the trained numbers behind them. Values that share a source are one
 * family: folding one of them alone would make two parameters of one.
 */
import {
  type Attribute,
  edgesOf,
  elementsAt,
  type Graph,
  type Node,
  type TensorType,
  toNumbers,
  type Use,
} from '@topiary/onnx';
import { opOf } from '@topiary/ops';
import { Draft, namesOf } from './_pass.js';
import { isSmall } from './known.js';
import { isTrained } from './ties.js';

export interface Family {
  /** Values that constant nodes make and others read. */
  readonly computed: readonly string[];
  readonly mayFold: boolean;
}

/** Operators that pick elements of a table: what they do not pick is still there to be trained. */
const PICKS: ReadonlySet<string> = new Set(['Gather', 'GatherElements', 'GatherND', 'Slice', 'OneHot', 'ScatterND']);

const attributeKey = (attribute: Attribute): unknown =>
  attribute.kind === 'tensor' ? [attribute.value.type, attribute.value.dims, toNumbers(attribute.value)] : attribute;

const keyOf = ({ op, domain, inputs, attributes }: Node): string => {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([domain, op, inputs, sorted.map(([name, attribute]) => [name, attributeKey(attribute)])]);
};

export class Constants {
  /** The graph with equal constant nodes written once: a layer that is called twice repeats its arithmetic. */
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly producer: ReadonlyMap<string, Node>;
  /** Nodes that read nothing but constants, in order. */
  readonly nodes: readonly Node[];
  readonly #uses: ReadonlyMap<string, readonly Use[]>;
  readonly #constant: ReadonlySet<Node>;

  constructor(graph: Graph, types: ReadonlyMap<string, TensorType>) {
    this.types = types;
    const outputs = namesOf(graph.outputs);
    const draft = new Draft(graph);
    const values = new Set(graph.initializers.keys());
    const known = new Map<string, Node>();
    const nodes: Node[] = [];
    for (const original of graph.nodes) {
      const node = draft.rewire(original);
      const isConstant =
        node.inputs.some(Boolean) &&
        node.inputs.every((input) => input === '' || values.has(input)) &&
        !node.outputs.some((output) => outputs.has(output));
      const twin = isConstant ? known.get(keyOf(node)) : undefined;
      if (twin?.outputs.length === node.outputs.length) {
        node.outputs.forEach((output, i) => {
          draft.alias(output, twin.outputs[i]!);
        });
        continue;
      }
      draft.nodes.push(node);
      if (!isConstant) continue;
      known.set(keyOf(node), node);
      nodes.push(node);
      for (const output of node.outputs) values.add(output);
    }
    this.graph = draft.graph();
    this.nodes = nodes;
    this.#constant = new Set(nodes);
    const { producer, uses } = edgesOf(this.graph);
    this.producer = producer;
    this.#uses = uses;
  }

  /** Initialisers behind values; the nodes on the way are put into `passed`. */
  behind(values: readonly string[], passed = new Set<Node>()): string[] {
    const found = new Set<string>();
    const pending = [...values];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      const node = this.producer.get(value);
      if (!node) {
        if (value !== '') found.add(value);
      } else if (!passed.has(node)) {
        passed.add(node);
        pending.push(...node.inputs);
      }
    }
    return [...found];
  }

  families(): readonly Family[] {
    const members = new Map<string, string[]>();
    const classes = this.#classes();
    const isConstant = (value: string) =>
      this.graph.initializers.has(value) || this.#constant.has(this.producer.get(value)!);
    for (const [value, uses] of this.#uses) {
      if (!isConstant(value) || uses.every(({ node }) => this.#constant.has(node))) continue;
      const name = classes.find(value);
      const values = members.get(name);
      if (values) values.push(value);
      else members.set(name, [value]);
    }
    const sources = this.#sources(classes);
    return [...members].flatMap(([name, values]) => {
      const computed = values.filter((value) => this.producer.has(value));
      return computed.length === 0
        ? []
        : [{ computed, mayFold: this.#mayFold(values, computed, sources.get(name) ?? null) }];
    });
  }

  /** Values that trained numbers connect are of one class; what is made of other constants is alone. */
  #classes(): Classes {
    const classes = new Classes();
    const trained = new Set<string>();
    for (const [name, initializer] of this.graph.initializers) if (isTrained(initializer)) trained.add(name);
    for (const { inputs, outputs } of this.nodes) {
      const from = inputs.filter((input) => trained.has(input));
      if (from.length === 0) continue;
      for (const value of [...from, ...outputs]) {
        trained.add(value);
        classes.join(from[0]!, value);
      }
    }
    return classes;
  }

  /** By class: how many trained numbers go in (merged constants count with each reader), and whether some are picked. */
  #sources(classes: Classes): Map<string, Sources> {
    const sources = new Map<string, Sources>();
    const seen = new Set<string>();
    for (const { op, domain, inputs, outputs } of this.nodes) {
      const name = classes.find(outputs[0]!);
      const own = inputs.filter((input) => !seen.has(input) && this.#isFloat(input));
      for (const input of own) if (isTrained(this.graph.initializers.get(input))) seen.add(input);
      if (!inputs.some((input) => classes.find(input) === name)) continue;
      const before = sources.get(name) ?? { size: 0, picked: false };
      const picked = before.picked || (domain === '' && PICKS.has(op));
      sources.set(name, { size: before.size + this.#size(own), picked });
    }
    return sources;
  }

  #isFloat(value: string): boolean {
    return this.graph.initializers.get(value)?.type.startsWith('float') ?? false;
  }

  #size(values: Iterable<string>): number {
    return [...values].reduce((n, value) => n + elementsAt(this.types.get(value)!.shape, 1), 0);
  }

  #isWeight(value: string): boolean {
    return this.#uses.get(value)!.some(({ node, index }) => {
      const x = node.inputs.map((input) => this.types.get(input) ?? null);
      return opOf(node).roles(node, x)[index]?.role === 'weight';
    });
  }

  /** Not where trained numbers would become more, nor where they are looked up in a table; a weight has to be one. */
  #mayFold(values: readonly string[], computed: readonly string[], sources: Sources | null): boolean {
    if (!sources) return computed.every((value) => isSmall(this.types.get(value)!.shape));
    const areWeights = computed.every((value) => this.#isWeight(value));
    // rows of a table that are looked up again and again stay tied, whoever multiplies by them
    const repeats = sources.picked && this.#size(values) > sources.size;
    if (values.length === 1 && areWeights && !repeats) return true;
    return this.#size(values) <= sources.size && (areWeights || !sources.picked);
  }
}

interface Sources {
  readonly size: number;
  readonly picked: boolean;
}

/** Union-find over names. */
class Classes {
  readonly #parent = new Map<string, string>();

  find(name: string): string {
    let root = name;
    for (let up = this.#parent.get(root); up !== undefined && up !== root; up = this.#parent.get(root)) root = up;
    this.#parent.set(name, root);
    return root;
  }

  join(a: string, b: string): void {
    this.#parent.set(this.find(b), this.find(a));
  }
}
