/** Files that cannot be taken as they are: one line, the file's own names, and what to type. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode, type Graph, tensorOf, toHalf, toNumbers, withData } from '@topiary/onnx';
import { importModel } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { join as bytesOf, entry, field, modelOf, node, number, valueInfo } from '../../helpers/protobuf.js';
import { topiaryCli } from '../../helpers/topiary-cli.js';
import { network } from '../../packages/pruning/small-nets.js';

// nobody listens there: nothing here may ask a server
const { run: topiary } = topiaryCli({ url: 'http://127.0.0.1:9', ownerKey: '' });
const folder = mkdtempSync(join(tmpdir(), 'topiary-refusals-'));

/** As PyTorch writes `model.half()`: everything in half precision, names with slashes and colons. */
const half = (): Uint8Array => {
  const graph = network(['N', 3, 8, 8], (x, nn) => nn.head(nn.relu(nn.conv(x, 'conv', 4, { bias: true })), 5));
  const type = 'float16' as const;
  const initializers = [...graph.initializers.values()].map((initializer) => {
    const name = initializer.name.replace('conv.', 'onnx::Conv_');
    const data = Uint16Array.from(toNumbers(tensorOf(initializer)!), toHalf);
    return [name, withData(name, { type, dims: initializer.dims, data })] as const;
  });
  const nodes = graph.nodes.map((each) => ({
    ...each,
    name: `/net/${each.op}`,
    inputs: each.inputs.map((input) => input.replace('conv.', 'onnx::Conv_')),
  }));
  const typed = (values: Graph['inputs']) => values.map((value) => ({ ...value, type }));
  return encode({
    ...graph,
    nodes,
    initializers: new Map(initializers),
    inputs: typed(graph.inputs),
    outputs: typed(graph.outputs),
  });
};

/** As PyTorch writes a network whose numbers lie in `network.onnx.data`. */
const beside = (): Uint8Array => {
  const tensor = (name: string, ...dims: number[]) =>
    bytesOf(
      ...dims.map((dim) => number(1, dim)),
      number(2, 1),
      field(8, name),
      field(13, entry('location', 'network.onnx.data')),
      number(14, 1),
    );
  return modelOf(
    bytesOf(
      node('Flatten', ['x'], ['f']),
      node('Gemm', ['f', 'fc.weight', 'fc.bias'], ['y']),
      field(11, valueInfo('x', 1, 'N', 1, 8, 8)),
      field(12, valueInfo('y', 1, 'N', 4)),
      field(5, tensor('fc.weight', 64, 4)),
      field(5, tensor('fc.bias', 4)),
    ),
  );
};

const FILES = [
  {
    what: 'half precision',
    bytes: half(),
    says: /input 'x' and 5 more of the file; expected float32.*; got float16\. .*torch\.onnx\.export\(model\.float\(\)/,
    code: 'TOPIARY_GATE_TYPE',
  },
  {
    what: 'numbers beside the file',
    bytes: beside(),
    says: /external data.*onnx\.save\(onnx\.load\('network\.onnx'\), 'one-file\.onnx'\)/,
    code: 'TOPIARY_GATE_EXTERNAL_DATA',
  },
];

describe.each(FILES)('$what', ({ what, bytes, says, code }) => {
  const path = join(folder, `${what.replaceAll(' ', '-')}.onnx`);
  writeFileSync(path, bytes);

  it('is one fault to `topiary check`, with the cure', async () => {
    const { code: exit, out } = await topiary(['check', path], { anonymous: true });
    expect(exit).toBe(1);
    const lines = out.split('\n').filter((line) => line.includes(code));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(says);
  });

  it('is one line to an import', () => {
    const classes = 5;
    expect(() => importModel(bytes, { input: null, classes })).toThrow(says);
  });
});

it('names the cast where only what is computed is half precision, and takes weights that are widened', () => {
  const graph = decode(half());
  const [conv] = graph.nodes;
  const cast = (name: string, to: number, input: string, output: string) =>
    ({
      op: 'Cast',
      domain: '',
      name,
      inputs: [input],
      outputs: [output],
      attributes: { to: { kind: 'int', value: to } },
    }) as const;
  const float = (values: Graph['inputs']) => values.map((value) => ({ ...value, type: 'float32' as const }));
  const wide = { ...graph, inputs: float(graph.inputs), outputs: float(graph.outputs) };
  const weights = graph.nodes.flatMap((each) => {
    const inputs = each.inputs.map((input) => (graph.initializers.has(input) ? `${input}.wide` : input));
    const casts = each.inputs.filter((input) => graph.initializers.has(input));
    return [...casts.map((input) => cast(`/cast/${input}`, 1, input, `${input}.wide`)), { ...each, inputs }];
  });
  const taken = importModel(encode({ ...wide, nodes: weights }), { input: null, classes: 5 });
  expect(new Set([...taken.initializers.values()].map(({ type }) => type))).toEqual(new Set(['float32']));
  const nodes = [
    cast('/in/Cast', 10, 'x', 'h'),
    { ...conv!, inputs: ['h', ...conv!.inputs.slice(1)] },
    ...graph.nodes.slice(1),
  ];
  const computed = { ...wide, nodes, outputs: graph.outputs };
  expect(() => importModel(encode(computed), { input: null, classes: 5 })).toThrow(
    /initialiser 'onnx::Conv_weight' and \d+ more/,
  );
});
