/** Evaluation of a batch as this project runs it, alternated with plain onnxruntime on the network's own file. */
import { evaluationGraph } from '@topiary/autodiff';
import { encode } from '@topiary/onnx';
import { compile } from '@topiary/runtime';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { timed } from './clock.js';
import { type BenchNetwork, graphOf } from './networks.js';
import type { Clock } from './peer.js';
import { type Summary, summarize } from './summary.js';
import { feedsOf } from './trainer.js';

export interface EvaluationBench {
  readonly network: string;
  readonly batch: number;
  readonly ours: Summary;
  readonly plain: Summary;
  readonly ratio: number;
  readonly ratioMin: number;
}

export const benchEvaluation = async (
  network: BenchNetwork,
  { threads, repetitions, clock }: { threads: number; repetitions: number; clock: Clock },
): Promise<EvaluationBench> => {
  const { batch } = network;
  const graph = graphOf(network);
  const feeds = feedsOf(graph, batch);
  const ours = await compile(evaluationGraph(graph).graph, { level: 'all', provider: 'cpu', threads });
  const file = await InferenceSession.create(encode(graph), { intraOpNumThreads: threads, logSeverityLevel: 4 });
  const { name } = graph.inputs[0]!;
  const input = { [name]: new Tensor('float32', feeds[name]!.data as Float32Array, feeds[name]!.dims) };
  const times = { ours: [] as number[], plain: [] as number[] };
  for (let i = 0; i <= repetitions; i += 1) {
    const [mine, its] = [await timed(clock, () => ours.run(feeds)), await timed(clock, () => file.run(input))];
    if (i === 0) continue;
    times.ours.push(mine);
    times.plain.push(its);
  }
  await Promise.all([ours.release(), file.release()]);
  const [own, plain] = [summarize(times.ours), summarize(times.plain)];
  const [ratio, ratioMin] = [own.medianMs / plain.medianMs, own.minMs / plain.minMs];
  return { network: network.id, batch, ours: own, plain, ratio, ratioMin };
};
