import { decode, encode, type Graph, print, sortNodes, UNKNOWN_SHAPE, validate } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';

const node = (op: string, inputs: string[], outputs: string[]) => ({
  op,
  domain: '',
  name: outputs[0]!,
  inputs,
  outputs,
  attributes: {},
});
const graph = (nodes: Graph['nodes'], outputs = ['c']): Graph => ({
  name: 'g',
  opsets: { '': 20 },
  inputs: [{ name: 'x', type: 'float32', shape: ['N', 2] }],
  outputs: outputs.map((name) => ({ name, type: 'float32', shape: ['N', 2] })),
  nodes,
  initializers: new Map(),
  metadata: {},
});
const chain = [node('Relu', ['x'], ['a']), node('Add', ['a', 'x'], ['b']), node('Relu', ['b'], ['c'])];

describe('validate', () => {
  it('accepts a graph in order', () => expect(() => validate(graph(chain))).not.toThrow());
  it('tells a value that comes too late from one that never comes', () => {
    expect(() => validate(graph([chain[1]!, chain[0]!, chain[2]!]))).toThrow(/one that is made later/);
    expect(() => validate(graph(chain.slice(1)))).toThrow(/no such value/);
  });
  it('refuses an output that does not exist or is listed twice', () => {
    expect(() => validate(graph(chain, ['d']))).toThrow(/output 'd'/);
    expect(() => validate(graph(chain, ['c', 'c']))).toThrow(/twice/);
  });
  it('refuses a domain without an opset', () => {
    expect(() => validate(graph(chain.map((n) => ({ ...n, domain: 'toString' }))))).toThrow(/an opset for domain/);
  });
});

describe('sortNodes', () => {
  it('orders nodes and leaves ordered ones alone', () => {
    expect(sortNodes(graph(chain)).nodes).toEqual(chain);
    const sorted = sortNodes(graph([...chain].reverse()));
    expect(() => validate(sorted)).not.toThrow();
    expect(sorted.nodes).toHaveLength(3);
  });
  it('finds a cycle', () => {
    expect(() => sortNodes(graph([node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b'])], ['b']))).toThrow(
      /a cycle/,
    );
  });
});

describe('print', () => {
  it('writes one line a node', () => {
    const text = print(graph(chain), new Map([['b', { type: 'float32', shape: ['N', 2] }]]));
    expect(text.split('\n')).toEqual([
      'graph g (onnx 20)',
      '  input x: float32[N,2]',
      '  a = Relu(x)  # a',
      '  b: float32[N,2] = Add(a, x)  # b',
      '  c = Relu(b)  # c',
      '  output c: float32[N,2]',
    ]);
  });
});

describe('shapes', () => {
  it('come back as they were: numbers, symbols, multiples, none', () => {
    const shapes = [[], [1, 2], ['N', '4*N'], UNKNOWN_SHAPE];
    const inputs = shapes.map((shape, i) => ({ name: `x${i}`, type: 'float32' as const, shape }));
    const again = decode(encode({ ...graph([], ['x0']), inputs }));
    expect(again.inputs.map(({ shape }) => shape)).toEqual(shapes);
  });
});
