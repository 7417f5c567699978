/** Trains a network of the zoo from its seed, as procedures train. */
import { performance } from 'node:perf_hooks';
import type { Training } from '@topiary/contracts';
import { trainPipeline } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { graphOf, single } from '@topiary/pipeline';
import { bindClassifier } from '@topiary/tasks';
import { buildModel, datasetOf, materialize, modelOf, type Split, splitHash } from '@topiary/zoo';
import { MeasureLock } from '../../workers/evaluator/src/measure-lock.js';
import { procedureContext } from '../../workers/evaluator/src/procedure-context.js';
import { Reporter } from '../../workers/evaluator/src/reporter.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { evaluateOn } from '../../workers/evaluator/src/stages/evaluate.js';

/** Of the classification track: what its boards fine-tune with. */
const PROTOCOL = { augment: { crop: 4, flip: true }, evaluationBatch: 500 };

/** Both splits of a data set. */
export interface Data {
  readonly train: Split;
  readonly test: Split;
  readonly classes: number;
  readonly testHash: string;
}

export interface DenseRequest {
  readonly model: string;
  readonly dataset: string;
  readonly seed: number;
  readonly training: Training;
  readonly dataDir: string;
  readonly home: string;
  readonly threads: number;
}

export interface Dense {
  readonly graph: Graph;
  readonly data: Data;
  readonly top1: number;
  readonly loss: number;
}

/** What of a run's context a training reads. */
const contextOf = ({ seed, home, threads }: DenseRequest): RunContext =>
  ({
    job: { run: { seed, run: 'dense' }, home },
    report: new Reporter([], {}, (message) => {
      if (message.type === 'event' && message.event.type === 'log') console.log(message.event.text);
    }),
    lock: new MeasureLock(home),
    compile: { provider: 'cpu', threads },
    signal: new AbortController().signal,
  }) as unknown as RunContext;

/** Prints every twentieth of the way. */
const printer = (steps: number) => {
  const began = performance.now();
  let told = 0;
  return (share: number): void => {
    if (share < told + 0.05) return;
    told = share;
    const perStep = (performance.now() - began) / (share * steps);
    console.log(`${Math.round(share * steps)} of ${steps} steps, ${perStep.toFixed(1)} ms a step`);
  };
};

export const openData = async (dataset: string, dataDir: string): Promise<Data> => {
  const about = datasetOf(dataset);
  const { train, test } = await about.open({ dataDir });
  return { train, test, classes: (await about.classesIn(dataDir)).length, testHash: splitHash(test) };
};

export const trainDense = async (request: DenseRequest): Promise<Dense> => {
  const { model, dataset, seed, training, dataDir } = request;
  const data = await openData(dataset, dataDir);
  const context = contextOf(request);
  const initial = materialize(buildModel(modelOf(model)), seed);
  const { train, test, classes, testHash: hash } = data;
  const task = bindClassifier({ train, test, classes, hash, ...PROTOCOL });
  const pipeline = single(initial);
  const given = { task, base: pipeline, pipeline, source: null, milestone: async () => undefined, prefix: '' };
  const trained = await trainPipeline(procedureContext(context, given), pipeline, training, {
    stage: 'finetune',
    progress: printer(training.steps),
  });
  const { values } = await evaluateOn(context, trained, task);
  return { graph: graphOf(trained), data, top1: values['top1']!, loss: values['loss']! };
};
