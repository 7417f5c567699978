/**
 * Seconds for one pruning step of each criterion on ResNet-50 (224 × 224, random weights) beside those that PruningBench
 * prints: statistics, scores, choice of 1/400 of the channels (global, 10 % protected) and cut. Pictures are noise, which
 * costs what photographs cost, and fewer than a benchmark would take; the published machine and its number of pictures
 * are not known, so orders of magnitude compare and nothing else.
 * Command: nice npx tsx scripts/experiments/step-times.ts (--pictures 64 --criteria taylor,cp; skips what is recorded)
 */
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { checkParameters, collectStatistics, methodOf, scoreGroups } from '@topiary/methods';
import { METHODS } from '@topiary/methods/catalogue';
import type { Graph } from '@topiary/onnx';
import { single } from '@topiary/pipeline';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { bindClassifier } from '@topiary/tasks';
import { reportedOn } from '@topiary/tracks';
import { buildModel, inMemory, materialize, Resnet50, randomFrom, type Split } from '@topiary/zoo';
import { describeMachine } from '../../workers/evaluator/src/machine.js';
import { MeasureLock } from '../../workers/evaluator/src/measure-lock.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { table } from '../bench/summary.js';
import { procedureIn } from './context.js';
import { addResult, readResults } from './results.js';

const NAME = 'step-times';
const BOARD = 'classification.resnet50.imagenet';

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '64' },
    criteria: {
      type: 'string',
      default: METHODS.filter(({ kind }) => kind === 'criterion')
        .map(({ id }) => id)
        .join(','),
    },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const [pictures, threads] = [Number(values.pictures), Number(values.threads)];

interface StepTime {
  readonly criterion: string;
  /** Pictures that the statistics saw; 0: it needs none. */
  readonly pictures: number;
  readonly seconds: number;
  /** Of these, for statistics. */
  readonly statisticsSeconds: number;
  /** Of all threads together, whatever else the machine did; older entries have none. */
  readonly cpuSeconds?: number;
  readonly publishedSeconds: number | null;
  readonly load: readonly [number, number];
  readonly machine: ReturnType<typeof describeMachine>;
  readonly at: string;
}

const noise = (): Split => {
  const random = randomFrom('step-times');
  const dims = [3, 224, 224] as const;
  const pixels = Uint8Array.from({ length: pictures * dims[0] * dims[1] * dims[2] }, () => random.unit() * 256);
  const labels = Uint16Array.from({ length: pictures }, () => random.unit() * 1000);
  return inMemory({ dims, pixels, labels, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
};

const publishedOf = (criterion: string): number | null =>
  reportedOn(BOARD).find(({ recipe }) => recipe['criterion'] === criterion && !recipe['regularizer'])?.stepSeconds ??
  null;

const timeStep = async (criterionId: string, model: Graph, train: Split): Promise<StepTime> => {
  const criterion = methodOf('criterion', criterionId);
  const params = checkParameters(criterion, {});
  const wanted = criterion.collects(params);
  const before = loadavg()[0]!;
  const context = {
    compile: { provider: 'cpu', threads } as const,
    lock: new MeasureLock(tmpdir()),
    signal: new AbortController().signal,
    job: { run: { seed: 0, run: 'step-times' }, home: tmpdir() },
  } as unknown as RunContext;
  const pipeline = single(model);
  const augment = { crop: 0, flip: false };
  const task = bindClassifier({ train, test: train, classes: 1000, hash: '', augment, evaluationBatch: 128 });
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const statistics = await collectStatistics(procedureIn(context, { pipeline, task }), {
    wanted,
    pipeline,
    graph: model,
    batches: Math.ceil(pictures / 128),
    round: 0,
  });
  const collected = performance.now();
  const dependencies = findGroups(model);
  const random = randomFrom('score/0');
  const scores = scoreGroups(criterion, model, dependencies.groups, { params, rng: () => random.unit(), statistics });
  applyPlan(model, dependencies, planRatio(dependencies, scores, 1 / 400, { scope: 'global', protection: 0.1 }));
  const [ended, { user, system }] = [performance.now(), process.cpuUsage(cpu)];
  const seen = Math.min(pictures, ...wanted.map(({ examples }) => examples ?? pictures));
  return {
    criterion: criterionId,
    pictures: wanted.length > 0 ? seen : 0,
    seconds: (ended - began) / 1000,
    statisticsSeconds: (collected - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    publishedSeconds: publishedOf(criterionId),
    load: [before, loadavg()[0]!],
    machine: describeMachine({ provider: 'cpu', threads }),
    at: new Date().toISOString(),
  };
};

const [model, train] = [materialize(buildModel(Resnet50), 0), noise()];
for (const criterion of values.criteria.split(',')) {
  if ((await readResults<StepTime>(NAME)).some((one) => one.criterion === criterion)) continue;
  const result = await timeStep(criterion, model, train);
  await addResult(NAME, result);
  console.log(`${criterion}: ${result.seconds.toFixed(2)} s`);
}
const rows = [...(await readResults<StepTime>(NAME))].sort((a, b) => a.seconds - b.seconds);
console.log(
  table(
    ['criterion', 'pictures', 'statistics s', 'step s', 'CPU s', 'published s', 'load'],
    rows.map((one) => [
      one.criterion,
      `${one.pictures}`,
      one.statisticsSeconds.toFixed(2),
      one.seconds.toFixed(2),
      one.cpuSeconds?.toFixed(2) ?? '-',
      one.publishedSeconds?.toFixed(3) ?? '-',
      one.load.map((value) => value.toFixed(1)).join(' > '),
    ]),
  ),
);
