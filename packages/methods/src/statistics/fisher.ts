/**
 * Fisher: the mean over batches of Σ_n (B · g_n)² for labels that the network itself draws, g_n the part of example n
 * in the gradient of a mean over B: the diagonal of the true Fisher matrix, times B, for convolutions and linear layers
 * (Wang et al., EigenDamage, ICML 2019). A label is the largest of logits plus Gumbel noise: a draw from the softmax.
 */
import { gradientGraph, type Loss } from '@topiary/autodiff';
import { elements, floats, int } from '@topiary/onnx';
import { exampleSquares, fittingBatch } from './_example-squares.js';
import { weightLayersOf } from './_layers.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

const NOISE = 'gumbel';
/** Of ONNX's data types. */
const INT32 = 6;

/** Cross-entropy against labels drawn from the network's own softmax. */
const sampledCrossEntropy: Loss = {
  id: 'sampled-cross-entropy',
  build: ({ b, outputs }) => {
    const logits = outputs[0]!;
    const noise = b.input(NOISE, 'float32', b.shape(logits));
    const guess = b.op('ArgMax', [b.op('Add', [logits, noise])], { axis: int(-1), keepdims: int(0) });
    const labels = b.op('Cast', [guess], { to: int(INT32) });
    const [loss] = b.ops('SoftmaxCrossEntropy', [logits, labels], {}, { domain: 'topiary', outputs: 2 });
    return { loss: loss!, metrics: {} };
  },
};

/** -ln(-ln u), u kept away from 0, where it has no end. */
const gumbel = (u: number): number => -Math.log(-Math.log(u + 2 ** -40));

export const Fisher: Statistic = {
  ...usual,
  id: 'fisher',
  title: 'Diagonal of the Fisher matrix',
  batch: (forward) => fittingBatch(forward, weightLayersOf(forward)),
  build: (forward, { batch }) => {
    const layers = weightLayersOf(forward);
    return gradientGraph(forward, {
      loss: sampledCrossEntropy,
      batch,
      wrt: layers.map(({ y }) => y),
      fragment: ({ b, gradientOf }) => {
        for (const layer of layers) {
          const dY = gradientOf(layer.y);
          if (dY !== null) b.output(exampleSquares(b, layer, { x: layer.x, dY }), outputOf(layer.weight));
        }
      },
    });
  },
  draw: ({ graph }, rng) => {
    const shape = graph.inputs.find(({ name }) => name === NOISE)!.shape.map(Number);
    return {
      [NOISE]: floats(
        Float32Array.from({ length: elements(shape) }, () => gumbel(rng())),
        shape,
      ),
    };
  },
  finish: (collected, { batch }) => byInitializer(collected, (total) => (batch ** 2 * total) / collected.batches),
};
