/**
 * An encoder that somebody exported alone. What reads prompts and what decodes masks are those of a shipped segmenter: of its data set
 * where there is one. So come encoders that were made for a decoder that stays, as MobileSAM's and SlimSAM's were.
 */
import { readFile } from 'node:fs/promises';
import { TopiaryError } from '@topiary/errors';
import { type Graph, isFixed, printShape, type Value } from '@topiary/onnx';
import { readModel, SHIPPED, shippedPath } from '@topiary/zoo';
import type { Parts } from './parts.js';

const TASK = 'segmentation';

const refuse = (where: string, expected: string, got: string, cure?: string): never => {
  throw new TopiaryError('TOPIARY_PIPELINE_PART', { where, expected, got, ...(cure === undefined ? {} : { cure }) });
};

/** The shipped segmenter whose decoder an encoder for a data set is read with; null: none is shipped. */
const companionOf = (dataset: string) => {
  const own = SHIPPED.filter(({ task, parts }) => task === TASK && parts !== undefined);
  return own.find((one) => one.dataset === dataset) ?? own[0] ?? null;
};

/** A picture of one known size in, one map of channels out. */
const onlyValue = (graph: Graph, values: readonly Value[], what: 'input' | 'output'): Value => {
  const expected =
    what === 'input' ? 'one input: pictures N, 3, side, side' : 'one output: an embedding N, C, rows, columns';
  const [first, ...more] = values;
  if (first === undefined || more.length > 0)
    return refuse(`encoder '${graph.name}'`, expected, values.map(({ name }) => name).join(', ') || 'none');
  const [, ...dims] = first.shape;
  if (dims.length !== 3 || !dims.every(isFixed))
    return refuse(`${what} '${first.name}' of encoder '${graph.name}'`, expected, printShape(first.shape));
  return first;
};

/** The same graph with other names for some of its values; whatever else was called so gives way. */
const renamed = (graph: Graph, names: ReadonlyMap<string, string>): Graph => {
  const taken = new Set(names.values());
  const called = (name: string): string => names.get(name) ?? (taken.has(name) ? `${name}.own` : name);
  const value = (one: Value): Value => ({ ...one, name: called(one.name) });
  return {
    ...graph,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(called),
      outputs: node.outputs.map(called),
    })),
    initializers: new Map([...graph.initializers].map(([name, one]) => [called(name), { ...one, name: called(name) }])),
  };
};

/** Pixels along a side of the picture, channels, rows and columns of the embedding: all that has to fit. */
const sizesOf = ({ inputs, outputs }: Graph): string =>
  `pictures ${printShape(inputs[0]!.shape.slice(1))}, embedding ${printShape(outputs[0]!.shape.slice(1))}`;

export const withShippedDecoder = async (given: Graph, dataset: string): Promise<Parts> => {
  const [input, output] = [onlyValue(given, given.inputs, 'input'), onlyValue(given, given.outputs, 'output')];
  const shipped = companionOf(dataset);
  if (shipped === null)
    return refuse('the network', 'the parts encoder, prompts, decoder: no decoder is shipped', 'an encoder alone');
  const part = async (name: string) => readModel(await readFile(shippedPath(shipped.parts![name]!)));
  const [own, prompts, decoder] = [await part('encoder'), await part('prompts'), await part('decoder')];
  const names = new Map([
    [input.name, 'image'],
    [output.name, 'embedding'],
  ]);
  const encoder = renamed(given, names);
  if (sizesOf(encoder) !== sizesOf(own)) {
    refuse(
      `encoder '${given.name}'`,
      `${sizesOf(own)}, as the decoder of ${shipped.model} reads it`,
      sizesOf(encoder),
      'Export it for pictures of that size, or bring a decoder of its own',
    );
  }
  if (isFixed(encoder.inputs[0]!.shape[0]!))
    refuse(`input '${input.name}' of encoder '${given.name}'`, 'an open number of pictures', printShape(input.shape));
  // the same name for how many there are
  const many = own.inputs[0]!.shape[0]!;
  const open = (one: Value): Value => ({ ...one, shape: [many, ...one.shape.slice(1)] });
  return {
    encoder: { ...encoder, inputs: encoder.inputs.map(open), outputs: encoder.outputs.map(open) },
    prompts,
    decoder,
  };
};
