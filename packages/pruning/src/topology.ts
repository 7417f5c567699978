/**
 * Topology of a sub-structure: what removing one channel takes away, as the ordered list of its layers with the side
 * that is cut (Fang et al., Isomorphic Pruning, ECCV 2024, arXiv 2407.04616). Names, sizes, kernel sizes and biases
 * are ignored, so that the hidden layers of all blocks are alike, whatever stage they stand in.
 */
import type { Graph } from '@topiary/onnx';
import type { Group, Member, Stratum } from './group.js';

/** The side of a layer that a member is cut on; norms, shifts and running statistics lose the channel as a whole. */
const SIDE: Readonly<Record<Member['role'], string>> = {
  out: 'out',
  in: 'in',
  bias: 'out',
  scale: 'channel',
  shift: 'channel',
  statistic: 'channel',
  parameter: 'channel',
};

/** A depthwise convolution is another kind of layer: its in- and output channels are the same. */
const layerOf = ({ op, initializer, role }: Member, graph: Graph): string => {
  const dims = graph.initializers.get(initializer)?.dims ?? [];
  const isDepthwise = op === 'Conv' && role === 'out' && dims[1] === 1 && dims[0]! > 1;
  return isDepthwise ? 'DepthwiseConv' : op;
};

/** `Conv out, BatchNormalization channel, Conv in`: equal for isomorphic sub-structures, heads apart from channels. */
export const topologyOf = (graph: Graph, { kind, members }: Group, stratum: Stratum): string => {
  const seen = new Set<string>();
  const labels: string[] = [];
  for (const m of stratum.members) {
    const member = members[m]!;
    const side = SIDE[member.role];
    const key = `${member.node}/${side}`;
    if (seen.has(key)) continue;
    seen.add(key);
    labels.push(`${layerOf(member, graph)} ${side}`);
  }
  return `${kind}: ${labels.join(', ')}`;
};
