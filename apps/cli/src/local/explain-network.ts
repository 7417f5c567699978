/** What `topiary explain` knows of a network: costs by layer, residual blocks, what leaves together, what stays and why. */
import { printShape } from '@topiary/onnx';
import { count, layerCosts } from '@topiary/ops';
import { explain, findGroups } from '@topiary/pruning';
import { fileSize, count as short, table } from '../text.js';
import { blockCosts } from './costs.js';
import { portsOf, readNetwork } from './network.js';

const share = (part: number, whole: number): string => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`);

export interface Explained {
  readonly json: unknown;
  readonly text: string;
}

export const explainNetwork = async (path: string, heads: boolean): Promise<Explained> => {
  const { graph, bytes } = await readNetwork(path);
  const { params, pure, published } = count(graph);
  const layers = layerCosts(graph).map(({ layer, nodes, output, params: own, macs }) => ({
    layer,
    ops: [...new Set(nodes.map(({ node }) => node.op))],
    output: printShape(output),
    params: own,
    macs,
  }));
  const blocks = blockCosts(graph);
  const found = findGroups(graph, { heads });
  const json = {
    file: path,
    bytes: bytes.length,
    inputs: graph.inputs,
    outputs: graph.outputs,
    params,
    macs: { pure, published },
    layers,
    blocks,
    groups: found.groups.map(({ id, kind, channels, members }) => ({
      id,
      kind,
      channels,
      members: members.map(({ initializer, axis, role, op }) => ({ initializer, axis, role, op })),
    })),
    stays: found.fixed,
  };
  const text = [
    `${path}: ${fileSize(bytes.length)}, ${portsOf(graph)}\n`,
    `${short(params)} parameters, ${short(pure)} multiply-accumulates (${short(published)} by the published count)\n\n`,
    table([
      ['LAYER', 'OPERATORS', 'OUTPUT', 'PARAMETERS', 'MACS', 'SHARE'],
      ...layers.map(({ layer, ops, output, params: n, macs }) => [
        layer,
        ops.join(' '),
        output,
        short(n),
        short(macs.pure),
        share(macs.pure, pure),
      ]),
    ]),
    blocks.length === 0
      ? '\nno residual blocks\n'
      : `\n${table([
          ['BLOCK', 'OF', 'PARAMETERS', 'MACS', 'SHARE'],
          ...blocks.map(({ block, parts, params: n, macs }) => [
            block,
            parts.join(' + '),
            short(n),
            short(macs.pure),
            share(macs.pure, pure),
          ]),
        ])}`,
    `\n${explain(found)}\n`,
  ].join('');
  return { json, text };
};
