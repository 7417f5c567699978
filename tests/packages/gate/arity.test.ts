/** How many inputs and outputs operators take, against onnxruntime's own schemas. */
import { ALLOWED, arityOf } from '@topiary/gate';
import { encode, GraphBuilder, type TensorType } from '@topiary/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { expect, it } from 'vitest';

const MANY = 9;
const NUMBER: TensorType = { type: 'float32', shape: [1] };

/** What onnxruntime says of a node with so many inputs and outputs; '' where it takes them. */
const complaint = async (op: string, inputs: number, outputs: number): Promise<string> => {
  const b = new GraphBuilder((node) => node.outputs.map(() => NUMBER));
  const x = Array.from({ length: inputs }, (_, i) => b.input(`x${i}`, 'float32', [1]));
  const y = b.ops(op, x, {}, { outputs });
  b.output(y[0]!, 'y');
  try {
    await (await InferenceSession.create(encode(b.build('one')), { logSeverityLevel: 4 })).release();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

const rangeIn = (text: string, what: 'input' | 'output'): readonly number[] | null => {
  const found = new RegExp(`has ${what} size ${MANY} not in range \\[min=(\\d+), max=(\\d+)\\]`).exec(text);
  return found && [Number(found[1]), Number(found[2])];
};

/** A canonical graph has initialisers instead of Constant, and other operators instead of the rest. */
const REPLACED = [
  'Celu',
  'Constant',
  'Einsum',
  'GlobalMaxPool',
  'GroupNormalization',
  'Mish',
  'Softsign',
  'Sum',
  'Upsample',
];
const OPERATORS = [...ALLOWED].filter((op) => !REPLACED.includes(op));

it.each(OPERATORS)('%s', async (op) => {
  const { inputs, outputs } = arityOf(op);
  const taken = rangeIn(await complaint(op, MANY, 1), 'input');
  if (taken === null) expect(inputs[1]).toBe(Number.POSITIVE_INFINITY);
  else expect(inputs).toEqual(taken);
  const given = rangeIn(await complaint(op, inputs[0], MANY), 'output');
  if (given === null) expect(outputs[1]).toBe(Number.POSITIVE_INFINITY);
  else expect(outputs).toEqual(given);
});
