/** Readable text of a graph, one line a node: for error messages, documentation and eyes. */
import { printShape } from './dims.js';
import type { Attribute, Graph, Node } from './graph.js';
import type { TensorType } from './tensor.js';

const printType = (type: TensorType | undefined): string => (type ? `: ${type.type}${printShape(type.shape)}` : '');

const printAttribute = ({ kind, value }: Attribute): string => {
  if (kind === 'tensor') return `${value.type}${printShape(value.dims)}`;
  if (kind === 'string') return JSON.stringify(value);
  if (kind === 'ints' || kind === 'floats' || kind === 'strings') return `[${value.join(',')}]`;
  return String(value);
};

/** `group=2 pads=[1,1,1,1]` */
export const printAttributes = ({ attributes }: Node): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}=${printAttribute(value)}`)
    .join(' ');

/** `y: float32[N,8] = Gemm(x, fc.weight) {transB=1}  # fc` */
export const printNode = (node: Node, types?: ReadonlyMap<string, TensorType>): string => {
  const outputs = node.outputs.map((output) => (output || '_') + printType(types?.get(output))).join(', ');
  const inputs = node.inputs.map((input) => input || '_').join(', ');
  const attributes = printAttributes(node);
  const op = node.domain ? `${node.domain}.${node.op}` : node.op;
  const tail = attributes === '' ? '' : ` {${attributes}}`;
  return `${outputs} = ${op}(${inputs})${tail}${node.name ? `  # ${node.name}` : ''}`;
};

/** The whole graph; with `types` (of `inferTypes`) every value's type beside it. */
export const print = (graph: Graph, types?: ReadonlyMap<string, TensorType>): string => {
  const opsets = Object.entries(graph.opsets).map(([domain, version]) => `${domain || 'onnx'} ${version}`);
  const lines = [`graph ${graph.name} (${opsets.join(', ')})`];
  for (const value of graph.inputs) lines.push(`  input ${value.name}${printType(value)}`);
  for (const { name, type, dims, source } of graph.initializers.values()) {
    const kind = source.kind === 'data' ? '' : ` (${source.kind === 'init' ? source.init.rule : 'lazy'})`;
    lines.push(`  initialiser ${name}${printType({ type, shape: dims })}${kind}`);
  }
  for (const node of graph.nodes) lines.push(`  ${printNode(node, types)}`);
  for (const value of graph.outputs) lines.push(`  output ${value.name}${printType(value)}`);
  return lines.join('\n');
};
