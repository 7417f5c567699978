/**
 * A detector's file as others read it: raw outputs become boxes in pixels and scores in the graph itself.
 *
 *   output0 [N, 4 + K, A]: rows centre x, centre y, width, height, then K probabilities
 */
import { floats, type Graph, GraphBuilder, int } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import { anchorsOf } from './anchors.js';
import { arithmetic } from './loss/_planes.js';
import type { Head } from './types.js';

export const DECODED = 'output0';

/**
 * Adds the decoding to a network with the outputs `boxes` and `scores`. The R fixed numbers of the mean count as parameters
 * of such a file, as they do in the reference; nothing else of it counts.
 */
export const decoded = (graph: Graph, head: Head): Graph => {
  const b = GraphBuilder.from(graph, infer);
  const m = arithmetic(b);
  const [boxes, scores] = graph.outputs.map(({ name }) => name) as [string, string];
  const anchors = anchorsOf(head);
  const { bins } = head;
  const row = (values: Float32Array) => b.constant(floats(values, [1, 1, anchors.count]), 'row');
  return b.scoped('decode', () => {
    const logits = b.op('Reshape', [boxes, b.int64s([0, 4, bins, anchors.count])], { allowzero: int(0) });
    const shares = b.op('Softmax', [logits], { axis: int(2) });
    // Σ k · share_k; a sum and no product of matrices, which would be counted, regularised and pruned as a layer
    const cells = b.constant(
      floats(
        Float32Array.from({ length: bins }, (_, k) => k),
        [1, 1, bins, 1],
      ),
      'cells',
    );
    const sides = m.sum(m.mul(shares, cells), [2], false); // [N, 4, A]
    const [left, top, right, bottom] = m.parts(sides, 4, 1) as [string, string, string, string];
    const stride = row(anchors.stride);
    const middle = (at: Float32Array, before: string, after: string) =>
      m.mul(m.add(m.mul(m.sub(after, before), 0.5), row(at)), stride);
    const length = (before: string, after: string) => m.mul(m.add(before, after), stride);
    const planes = [
      middle(anchors.x, left, right),
      middle(anchors.y, top, bottom),
      length(left, right),
      length(top, bottom),
      b.op('Sigmoid', [scores]),
    ];
    b.output(b.op('Concat', planes, { axis: int(1) }, { outputs: [DECODED] }));
    return b.build(graph.name, graph.metadata);
  });
};
