/** The training that is measured, and what it is fed. */
import { crossEntropy, sgd } from '@topiary/autodiff';
import { type Graph, shapeAt } from '@topiary/onnx';
import { type CompileOptions, type Feeds, Trainer } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';

export const LR = 0.001;

export const feedsOf = (graph: Graph, batch: number): Feeds => {
  const size = shapeAt(graph.inputs[0]!.shape, batch).reduce((product, dim) => product * dim, 1);
  const classes = Number(graph.outputs[0]!.shape.at(-1));
  const images = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7) + Math.cos(i * 0.013));
  return classificationFeeds(
    graph,
    images,
    Array.from({ length: batch }, (_, i) => i % classes),
  );
};

export interface TrainerSettings extends CompileOptions {
  readonly batch: number;
}

export const trainerOf = (graph: Graph, settings: TrainerSettings): Promise<Trainer> =>
  Trainer.create(graph, { loss: crossEntropy(), optimizer: sgd(), weightDecay: 5e-4, provider: 'cpu', ...settings });

/** So many training steps that write a profile with this prefix (`profile.ts`). */
export const profiledSteps = async (
  graph: Graph,
  { batch, threads, steps }: { readonly batch: number; readonly threads: number; readonly steps: number },
  profile: string,
): Promise<void> => {
  const trainer = await trainerOf(graph, { batch, threads, profile });
  const feeds = feedsOf(graph, batch);
  for (let i = 0; i < steps; i += 1) await trainer.step(feeds, LR);
  trainer.session.endProfiling();
  await trainer.release();
};
