/**
 * What a process that waits for its run does meanwhile: it compiles a small training and takes a step, so that the code of
 * gradients and lowerings is compiled and onnxruntime loaded when the job comes. Nothing of it is used, and no device but the
 * processor is opened.
 */
import { crossEntropy, sgd } from '@topiary/autodiff';
import { Trainer } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { buildModel, materialize, modelOf } from '@topiary/zoo';

/** Convolutions, norms, residuals, a linear layer: roles of most networks, in 32×32 pictures. */
const MODEL = 'resnet-tiny';
const PIXELS = 3 * 32 * 32;
const LR = 0.01;

export const warmUp = async (): Promise<void> => {
  const graph = materialize(buildModel(modelOf(MODEL)), 0);
  const options = { loss: crossEntropy(), optimizer: sgd(), batch: 1, weightDecay: 0, threads: 1 };
  const trainer = await Trainer.create(graph, { ...options, provider: 'cpu' });
  await trainer.step(classificationFeeds(graph, new Float32Array(PIXELS), [0]), LR);
  await trainer.release();
};
