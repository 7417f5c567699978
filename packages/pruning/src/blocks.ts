/**
 * The residual blocks of a network, in order: where it can be cut, what is added to its stream, and the points inside.
 * They are found by structure alone, so any exported transformer or residual network has them.
 */
import type { Graph } from '@topiary/onnx';
import { type Flow, flowFrom, wiringOf } from './flow.js';
import { type Attention, attentionOf, hiddenOf, isPointwise, ungated } from './inner-points.js';
import { type Residual, residualsOf } from './residuals.js';

/** One addition onto the stream: of an attention, an MLP, or some convolutions. */
export interface SubLayer {
  /** The stream before. */
  readonly in: string;
  /** What the branches are added to: `in` itself, or a projection of it. */
  readonly shortcut: string;
  /** What is added, gates and scales included; one value, or one for each of several parallel branches. */
  readonly branches: readonly string[];
  /** The same without gates and scales. */
  readonly ungated: readonly string[];
  readonly sum: string;
  /** The stream behind: `sum`, or the activation or norm of it that everything reads. */
  readonly out: string;
  readonly attention: Attention | null;
  /** What the last layer of a branch without attention reads, such as the hidden units of an MLP. */
  readonly hidden: string | null;
}

/** A residual block; attention and the MLP behind it are one. */
export interface Block {
  /** What its layers are called, for people; blocks are not found by it. */
  readonly name: string;
  readonly in: string;
  readonly out: string;
  readonly subLayers: readonly SubLayer[];
  readonly afterAttention: string | null;
  readonly attention: Attention | null;
  readonly hidden: string | null;
  /** All values that cross a cut before and behind the block: the stream, and long skips that pass by. */
  readonly cut: { readonly before: readonly string[]; readonly behind: readonly string[] };
}

/** An activation or a norm: one value of the flow makes one of the same shape, without a layer. */
const isPlain = (flow: Flow, value: string, next: string): boolean =>
  flow.types.get(value)?.shape.join() === flow.types.get(next)?.shape.join();

/**
 * Behind a sum, the stream is what the next block begins with (`Relu(x + f(x))`, post-norm). Where none begins there,
 * it is what looks like this block's own beginning: a Relu, if the block began with one.
 */
const streamBehind = (flow: Flow, { sum, from }: Residual, begins: ReadonlySet<string>): string => {
  const passed: string[] = [];
  for (let value = sum; ; value = passed.at(-1)!) {
    if (begins.has(value)) return value;
    const readers = flow.readers(value);
    const [node] = readers;
    if (readers.length !== 1 || flow.isLayer(node!) || flow.inputsOf(node!).length !== 1) break;
    if (!isPlain(flow, value, node!.outputs[0]!)) break;
    passed.push(node!.outputs[0]!);
  }
  const [next] = passed;
  return next !== undefined && flow.maker(next)!.op === flow.maker(from)?.op && flow.maker(next)!.op !== 'Add'
    ? next
    : sum;
};

/** What is made up to a value and read behind it: where a long skip passes by, more than the value itself. */
const crossing = (flow: Flow, at: string): string[] => {
  const isBefore = (value: string) => flow.depends(at, value);
  const outputs = new Set(flow.graph.outputs.map(({ name }) => name));
  const made = [...flow.graph.inputs.map(({ name }) => name), ...flow.nodes.flatMap(({ outputs: y }) => y)];
  const skips = made.filter((value) => {
    if (value === at || !flow.has(value) || !isBefore(value)) return false;
    const readers = flow.readers(value).filter(({ outputs: y }) => !y.some(isBefore));
    return outputs.has(value) || readers.length > 0;
  });
  return [at, ...skips];
};

interface Part {
  readonly layer: SubLayer;
  readonly residual: Residual;
  readonly isPointwise: boolean;
}

/** An MLP right behind attention is of its block, and so is attention to something else behind attention to itself. */
const goesOn = (before: Part, { layer, isPointwise: pointwise }: Part): boolean => {
  if (before.layer.attention === null || layer.in !== before.layer.out) return false;
  return layer.attention === null ? pointwise : layer.attention.isCross && !before.layer.attention.isCross;
};

/** `layer1.0` of `layer1.0.conv1.weight` and `layer1.0.bn1.weight`. */
const commonName = (flow: Flow, parts: readonly Part[]): string => {
  const layers = parts.flatMap(({ residual }) => [...residual.inner]).filter((node) => flow.isLayer(node));
  const names = layers.flatMap(({ inputs }) => inputs.filter((input) => flow.graph.initializers.has(input)));
  const words = names.map((name) => name.split('.'));
  const shared = words[0]?.findIndex((word, i) => words.some((other) => other[i] !== word)) ?? 0;
  return words[0]?.slice(0, shared < 0 ? -1 : shared).join('.') ?? '';
};

/** A name for each, none twice: an exporter calls a tensor that several layers share after the first of them. */
const namesOf = (flow: Flow, groups: readonly (readonly Part[])[]): string[] => {
  const common = groups.map((parts) => commonName(flow, parts));
  return common.map((name, i) => {
    const isItsOwn = name !== '' && common.indexOf(name) === common.lastIndexOf(name);
    return isItsOwn ? name : `${name === '' ? 'block' : name}#${i}`;
  });
};

const blockOf = (flow: Flow, parts: readonly Part[], name: string): Block => {
  const layers = parts.map(({ layer }) => layer);
  const [first, last] = [layers[0]!, layers.at(-1)!];
  const attending = layers.filter(({ attention }) => attention !== null);
  return {
    name,
    in: first.in,
    out: last.out,
    subLayers: layers,
    afterAttention: attending.length > 0 && last.attention === null ? attending.at(-1)!.out : null,
    attention: attending[0]?.attention ?? null,
    hidden: last.hidden,
    cut: { before: crossing(flow, first.in), behind: crossing(flow, last.out) },
  };
};

const partOf = (flow: Flow, residual: Residual, begins: ReadonlySet<string>): Part => {
  const { from, shortcut, branches, sum } = residual;
  const attention = attentionOf(flow, residual);
  const layer: SubLayer = {
    in: from,
    shortcut,
    branches,
    ungated: branches.map((branch) => ungated(flow, from, branch)),
    sum,
    out: streamBehind(flow, residual, begins),
    attention,
    hidden: hiddenOf(flow, residual),
  };
  return { layer, residual, isPointwise: isPointwise(flow, residual) };
};

/** How many additions are onto the stream itself, without a projection. */
const onto = (residuals: readonly Residual[]): number =>
  residuals.filter(({ from, shortcut }) => from === shortcut).length;

/**
 * The blocks along one of the network's inputs; the others are conditions. A condition reaches the stream inside the
 * first block's branch, so seen from there one addition fewer is onto the stream: the input with most of them leads.
 */
export const blocksOf = (graph: Graph): readonly Block[] => {
  const wiring = wiringOf(graph);
  const flows = graph.inputs.map(({ name }) => {
    const flow = flowFrom(wiring, name);
    return { flow, residuals: residualsOf(flow) };
  });
  const [most] = flows.sort((a, b) => onto(b.residuals) - onto(a.residuals) || b.residuals.length - a.residuals.length);
  if (!most) return [];
  const { flow, residuals } = most;
  const begins = new Set(residuals.map(({ from }) => from));
  const groups: Part[][] = [];
  for (const residual of residuals) {
    const part = partOf(flow, residual, begins);
    const before = groups.at(-1)?.at(-1);
    if (before && goesOn(before, part)) groups.at(-1)!.push(part);
    else groups.push([part]);
  }
  const names = namesOf(flow, groups);
  return groups.map((group, i) => blockOf(flow, group, names[i]!));
};
