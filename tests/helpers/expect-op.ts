/**
 * The checks that every operator passes, one row of facts per case: shape and value rules against onnxruntime,
 * gradients against differences, channel rules against a cut, multiply-accumulates against a number worked out by hand.
 */
import { gradient } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import {
  type Attributes,
  type Dim,
  type Graph,
  GraphBuilder,
  isFixed,
  type Node,
  shapeAt,
  type Tensor,
  type TensorType,
  toNumbers,
  withData,
} from '@topiary/onnx';
import { count, findOp, forbidden, infer, inferTypes, type Macs, type Op, stops } from '@topiary/ops';
import { expect } from 'vitest';
import { cutAlone } from './cut-alone.js';
import { relativeSlopeError } from './differences.js';
import { createSession, type Feeds, relativeDistance, runSession } from './onnxruntime.js';
import type { Operand } from './operands.js';

export interface Row {
  readonly op: string;
  readonly domain?: string;
  /** What is special about this case. */
  readonly of: string;
  readonly inputs: readonly (Operand | null)[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  /** How many of the outputs, from the first, carry a gradient (all of them). */
  readonly slopes?: number;
  /** Multiply-accumulates of one example, worked out by hand. */
  readonly macs: Macs;
  /** Channels that a cut may take: independent atoms of size above one, counted by hand. */
  readonly atoms: number;
  /**
   * What the narrow operator equals. `slice`: the wide result without the removed channels. `zeroed`: the same for
   * inputs whose removed channels are zero (contractions). Else a reference computed from the narrow inputs.
   */
  readonly cut?: 'slice' | 'zeroed' | ((inputs: readonly Tensor[]) => readonly number[]);
  /** Linear in each input, so that a difference over a large step is exact. */
  readonly linear?: boolean;
  /** The gradient is another value's, on purpose: differences say nothing of it, and a test of its own does. */
  readonly borrowed?: boolean;
}

export const ABSTRACT = 'topiary';

const nameOf = (i: number): string => `x${i}`;

export const opOfRow = (row: Row): Op => findOp({ op: row.op, domain: row.domain ?? '' })!;

export const nodeOf = (row: Row): Node => ({
  op: row.op,
  domain: row.domain ?? '',
  name: row.op,
  inputs: row.inputs.map((operand, i) => (operand ? nameOf(i) : '')),
  outputs: Array.from({ length: row.outputs ?? 1 }, (_, i) => `y${i}`),
  attributes: row.attributes ?? {},
});

interface Built {
  readonly b: GraphBuilder;
  readonly feeds: Feeds;
  readonly node: Node;
}

/** The operator alone: activations are inputs, constants initialisers, weights either. */
const build = (row: Row, { weights, batch }: { weights: 'input' | 'initializer'; batch?: string }): Built => {
  const b = new GraphBuilder(infer);
  const feeds: Record<string, Tensor> = {};
  row.inputs.forEach((operand, i) => {
    if (!operand) return;
    const { value, kind, batched } = operand;
    if (kind === 'data' || (kind === 'weight' && weights === 'input')) {
      feeds[nameOf(i)] = value;
      const shape: Dim[] = [...value.dims];
      if (batch && batched && shape.length > 0) shape[0] = batch;
      b.input(nameOf(i), value.type, shape);
    } else b.initializer(withData(nameOf(i), value));
  });
  const node = nodeOf(row);
  b.append(node);
  return { b, feeds, node };
};

const finish = ({ b, node }: Built): Graph => {
  for (const output of node.outputs) b.output(output);
  return b.build('operator');
};

const run = async (graph: Graph, feeds: Feeds): Promise<Record<string, Tensor>> => {
  const session = await createSession(lower(graph));
  try {
    return await runSession(session, feeds);
  } finally {
    await session.release();
  }
};

export const runRow = (row: Row): Promise<Record<string, Tensor>> => {
  const built = build(row, { weights: 'initializer' });
  return run(finish(built), built.feeds);
};

const isBatched = (row: Row): boolean =>
  row.inputs.some((operand) => operand?.batched && operand.value.dims.length > 0);
const batchOf = (row: Row): number => row.inputs.find((operand) => operand?.batched)?.value.dims[0] ?? 1;

/** (1) Types as onnxruntime has them, with numbers and with a symbolic batch. */
export const expectShape = async (row: Row): Promise<void> => {
  const results = await runRow(row);
  const symbolic = isBatched(row) ? ['N'] : [];
  for (const batch of [undefined, ...symbolic]) {
    const built = build(row, { weights: 'initializer', ...(batch ? { batch } : {}) });
    for (const output of built.node.outputs) {
      const { type, shape } = built.b.type(output);
      expect({ type, dims: shapeAt(shape, batchOf(row)) }).toEqual({
        type: results[output]!.type,
        dims: [...results[output]!.dims],
      });
    }
  }
};

/** (1b) A value rule that knows all its inputs says what onnxruntime computes. */
export const expectValue = async (row: Row): Promise<void> => {
  const op = opOfRow(row);
  const known = row.inputs.map((operand) => {
    if (!operand) return null;
    const { type, dims } = operand.value;
    return { type, dims, data: toNumbers(operand.value) };
  });
  const x = row.inputs.map((operand): TensorType | null =>
    operand ? { type: operand.value.type, shape: operand.value.dims } : null,
  );
  const values = op.value({ node: nodeOf(row), x, known: (i) => known[i] ?? null });
  if (values === null) return;
  const results = await runRow(row);
  nodeOf(row).outputs.forEach((output, i) => {
    const { type, dims, data } = results[output]!;
    expect({ type: values[i]!.type, dims: [...values[i]!.dims] }).toEqual({ type, dims: [...dims] });
    const ours = values[i]!.data.map(Number);
    const apart = Math.max(0, ...ours.map((value, k) => Math.abs(value - Number(data[k])) / (1 + Math.abs(value))));
    expect(apart).toBeLessThan(1e-6);
  });
};

/** Operators that gradient rules have emitted so far, `domain:type`. */
export const emitted = new Set<string>();

const isFloat = (operand: Operand | null): operand is Operand =>
  operand?.value.type === 'float32' && (operand.kind === 'data' || operand.kind === 'weight');

/** (2) The gradient of a random functional of the outputs along random directions equals differences of it. */
export const expectGradient = async (row: Row, tolerance = 5e-4): Promise<void> => {
  const op = opOfRow(row);
  if (op.gradient === stops || op.gradient === forbidden || row.borrowed) return;
  const forward = build(row, { weights: 'input' });
  const built = build(row, { weights: 'input' });
  const { b, feeds, node } = built;
  const wrt = row.inputs.flatMap((operand, i) => (isFloat(operand) ? [nameOf(i)] : []));
  if (wrt.length === 0) return;
  // L = Σ c · y over the outputs of floats
  const smooth = node.outputs.slice(0, row.slopes).filter((output) => b.type(output).type === 'float32');
  const before = b.build('before').nodes.length;
  const directions: Record<string, Tensor> = {};
  const parts = smooth.map((output, i) => {
    const c = b.input(`c${i}`, 'float32', b.shape(output));
    directions[c] = signed(b.shape(output).filter(isFixed), i + 1);
    return b.op('ReduceSum', [b.op('Mul', [output, c])], { keepdims: { kind: 'int', value: 0 } });
  });
  const loss = parts.reduce((sum, part) => b.op('Add', [sum, part]));
  gradient(b, loss, wrt).forEach((slope, i) => {
    expect(slope, `gradient of ${wrt[i]}`).not.toBeNull();
    b.output(slope!, `d${wrt[i]}`);
  });
  const graph = b.build('gradient');
  for (const { op: type, domain } of graph.nodes.slice(before)) emitted.add(`${domain}:${type}`);
  const slopes = await run(graph, { ...feeds, ...directions });
  const types = inferTypes(graph);
  for (const name of wrt) {
    expect(shapeAt(types.get(`d${name}`)!.shape, 1)).toEqual([...slopes[`d${name}`]!.dims]);
    expect([...slopes[`d${name}`]!.dims]).toEqual([...feeds[name]!.dims]);
  }
  const error = await relativeSlopeError({
    graph: lower(finish(forward)),
    feeds,
    functional: smooth.map((output, i) => ({ output, c: directions[`c${i}`]! })),
    slopes: Object.fromEntries(wrt.map((name) => [name, slopes[`d${name}`]!])),
    linear: row.linear ?? false,
  });
  for (const [name, apart] of Object.entries(error)) expect(apart, `gradient of ${name}`).toBeLessThan(tolerance);
};

const signed = (dims: readonly number[], seed: number): Tensor => {
  const size = dims.reduce((n, dim) => n * dim, 1);
  const data = Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed));
  return { type: 'float32', dims, data };
};

/** (3) Every atom that the channel rule offers can go, alone and with all others. */
export const expectChannels = async (row: Row, wide?: Record<string, Tensor>): Promise<void> => {
  const full = wide ?? (await runRow(row));
  const cuts = cutAlone(row, nodeOf(row), opOfRow(row), full);
  expect(cuts.atoms, 'atoms').toBe(row.atoms);
  for (const cut of cuts.each()) {
    const narrow = { ...row, inputs: cut.inputs, attributes: cut.attributes };
    const results = await runRow(narrow);
    const inputs = cut.inputs.flatMap((operand) => (operand ? [operand.value] : []));
    const zeroed = row.cut === 'zeroed' ? await runRow({ ...row, inputs: cut.zeroed }) : full;
    for (const [i, output] of nodeOf(row).outputs.entries()) {
      const expected =
        typeof row.cut === 'function'
          ? { ...results[output]!, data: Float32Array.from(row.cut(inputs)) }
          : cut.slice(i, zeroed[output]!);
      expect(results[output]!.dims.join(), `${output} without ${cut.name}`).toBe(expected.dims.join());
      expect(relativeDistance(results[output]!, expected), `${output} without ${cut.name}`).toBeLessThan(1e-5);
    }
  }
};

/** (4) Multiply-accumulates of one example. */
export const expectMacs = (row: Row): void => {
  const built = build(row, { weights: 'initializer', ...(isBatched(row) ? { batch: 'N' } : {}) });
  const { pure, published } = count(finish(built));
  expect({ pure, published }).toEqual(row.macs);
};
