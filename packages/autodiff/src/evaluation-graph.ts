/** A network with its evaluation: which examples are right and the loss, for any batch. */
import { type Graph, GraphBuilder } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import { ownValues } from './inner-values.js';
import { correctness, crossEntropy, LABELS } from './losses/cross-entropy.js';

export interface EvaluationGraph {
  readonly graph: Graph;
  /** Scalar output: the mean loss over the batch. */
  readonly loss: string;
  /** Output [N]: 1 where the largest logit stands at the label. */
  readonly hits: string;
}

export const evaluationGraph = (forward: Graph): EvaluationGraph => {
  const b = GraphBuilder.from(forward, infer);
  const names = (values: Graph['inputs']) => values.map(({ name }) => name);
  const [inputs, outputs] = [names(forward.inputs), names(forward.outputs)];
  const { loss } = b.scoped('loss', () => crossEntropy().build({ b, inputs, outputs, value: ownValues(forward) }));
  const hits = b.scoped('loss', () => correctness(b, outputs[0]!, LABELS));
  return {
    loss: b.output(loss, b.fresh('loss')),
    hits: b.output(hits, b.fresh('hits')),
    graph: b.build(`${forward.name}-evaluation`),
  };
};
