/**
 * SlimSAM on real pictures: the shipped SAM-tiny is trained on with 100 microscopies of nuclei, then half of its encoder's channels
 * leave; mIoU by a point and by a box on 50 others before and after, latency of the encoder before and after.
 * Command: npx tsx scripts/experiments/nuclei.ts [--data <folder>] [--seeds 0,1,2] [--teacher-steps 600] [--steps 1500] [--threads 1]
 *   [--part train,latency] [--clock wall|cpu] [--print]
 * `--data` holds pictures with JSON files of SA-1B's layout, 150 or more of which the first 150 are taken: every third is tested on
 * (the samples, else DATA_DIR/nuclei/train of `npm run fetch-data -- nuclei`). Pictures are cut into squares of the network's own
 * size. Teachers are kept in .data; every result is written at once, and what the file holds at the same budget is skipped. Latency
 * follows from widths alone: where .data holds no trained networks, new ones as wide as the recorded are timed.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { standard } from '@topiary/lowering';
import { procedureOf } from '@topiary/methods';
import { encode, type Graph } from '@topiary/onnx';
import { fillPorts, type Pipeline, partOf, pipelineCosts } from '@topiary/pipeline';
import {
  type BoundTask,
  bindSegmenter,
  type Evaluation,
  type Parts,
  SegmentationOptions,
  SegmentationSettings,
  segmenterParts,
  segmenterPipeline,
} from '@topiary/tasks';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { buildSegmenter, type MaskSplit, materialize, readModel, SamTiny, saSplit } from '@topiary/zoo';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { type Encoder, encoder } from '../../packages/zoo/src/segmenters/_encoder.js';
import { SAM_TINY_ENCODER } from '../../packages/zoo/src/segmenters/sam-tiny.js';
import { MeasureLock } from '../../workers/evaluator/src/measure-lock.js';
import { procedureContext } from '../../workers/evaluator/src/procedure-context.js';
import { Reporter } from '../../workers/evaluator/src/reporter.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { clockOf, timed } from '../bench/clock.js';
import { computeHere } from '../dense/reference.js';
import { trainSegmenter } from '../dense/train-segmenter.js';
import { type NucleiRun, printNuclei } from './nuclei-report.js';
import { addResult, readResults, textOfFloats, writeResults } from './results.js';
import { sample } from './samples.js';
import { tiled } from './tiles.js';

const NAME = 'nuclei';
const [PICTURES, EVERY, SIDE] = [150, 3, 64];
const PARTS = ['encoder', 'prompts', 'decoder'] as const;

const own = join(process.env['DATA_DIR'] ?? '.data/datasets', 'nuclei', 'train');
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: existsSync(sample('nuclei-sa1b')) ? sample('nuclei-sa1b') : own },
    seeds: { type: 'string', default: '0,1,2' },
    'teacher-steps': { type: 'string', default: '600' },
    steps: { type: 'string', default: '1500' },
    threads: { type: 'string', default: '1' },
    part: { type: 'string', default: 'train,latency' },
    clock: { type: 'string', default: 'wall' },
    print: { type: 'boolean', default: false },
  },
});
const [teacherSteps, steps, threads] = [Number(values['teacher-steps']), Number(values.steps), Number(values.threads)];
const home = '.data/nuclei';
const clock = clockOf(values.clock);
const log = (text: string): void => console.log(`${new Date().toISOString()} ${text}`);

const shipped = SHIPPED.find(({ model }) => model === SamTiny.id)!;
const readParts = async (pathOf: (part: string) => string): Promise<Parts> => {
  const [encoder, prompts, decoder] = await Promise.all(
    PARTS.map(async (part) => readModel(await readFile(pathOf(part)))),
  );
  return { encoder: encoder!, prompts: prompts!, decoder: decoder! };
};

interface Data {
  readonly train: MaskSplit;
  readonly test: MaskSplit;
}

const open = async (): Promise<Data> => {
  const split = await saSplit(values.data);
  if (split.length < PICTURES)
    throw new Error(`${values.data}: ${split.length} pictures, of which ${PICTURES} are needed`);
  const places = Array.from({ length: PICTURES }, (_, place) => place);
  const isTest = (place: number) => place % EVERY === EVERY - 1;
  return {
    train: await tiled(
      split,
      places.filter((place) => !isTest(place)),
      SIDE,
    ),
    test: await tiled(split, places.filter(isTest), SIDE),
  };
};

const teacherPath = (seed: number) => (part: string) => join(home, `teacher-${seed}-${teacherSteps}`, `${part}.onnx`);

/** Trained on with every part, from what is shipped. */
const teacherOf = async ({ train }: Data, seed: number): Promise<Pipeline> => {
  const pathOf = teacherPath(seed);
  if (!PARTS.every((part) => existsSync(pathOf(part)))) {
    const begin = await readParts((part) => shippedPath(shipped.parts![part]!));
    const recipe = {
      steps: teacherSteps,
      batch: 8,
      lr: 5e-4,
      warmup: 50,
      weightDecay: 0.01,
      clip: 1,
      ema: 0.99,
      prompts: 4,
    };
    const parts = await trainSegmenter({ segmenter: SamTiny, train, recipe, seed, threads, home, log, begin });
    await mkdir(dirname(pathOf('encoder')), { recursive: true });
    for (const part of PARTS) await writeFile(pathOf(part), encode(standard(parts[part])));
  }
  return segmenterPipeline(await readParts(pathOf));
};

const settings = SegmentationSettings.parse(shipped.settings);
const taskOn = ({ train, test }: Data, base: Pipeline): BoundTask =>
  bindSegmenter({
    ...{ train, test, showcase: test, base, settings, evaluationBatch: 16 },
    options: SegmentationOptions.parse({ pictures: train.length, flip: 0.5, flipVertical: 0.5 }),
  });

/** What of a run's context a procedure reads. */
const contextOf = (seed: number): RunContext =>
  ({
    job: { run: { seed, run: NAME }, home },
    report: new Reporter([], {}, () => undefined),
    lock: new MeasureLock(home),
    compile: { provider: 'cpu', threads },
    signal: new AbortController().signal,
  }) as unknown as RunContext;

const slimmed = async (task: BoundTask, base: Pipeline, seed: number): Promise<Pipeline> => {
  const params = { ratio: 0.5, scope: 'local', multiple: 6 };
  const recipe = fillRecipe(boardOf('segmentation.sam-tiny.scenes64'), {
    ...{ procedure: 'slimsam', criterion: null, params: { procedure: params } },
    prune: { batches: 2 },
    finetune: { steps, warmup: Math.round(steps / 20) },
  });
  const given = { task, base, pipeline: base, source: null, milestone: async () => undefined, prefix: '' };
  const context = procedureContext(contextOf(seed), given);
  const quiet = {
    ...context,
    stage: <T>(_: string, body: (progress: () => void) => Promise<T>): Promise<T> => body(() => undefined),
    point: () => undefined,
  };
  const request = { target: null, counter: 'pure', recipe, params: recipe.params.procedure } as const;
  return (await procedureOf(recipe).run(quiet, request)).pipeline;
};

/** The mean over a picture's squares, picture by picture. */
const byPicture = (test: MaskSplit, { answers }: Evaluation): Float32Array => {
  const found = new Map<string, number[]>();
  (answers!.values as Float32Array).forEach((value, i) => {
    const picture = test.idOf(i).split('/')[0]!;
    found.set(picture, [...(found.get(picture) ?? []), value]);
  });
  return Float32Array.from([...found.values()], (all) => all.reduce((a, b) => a + b, 0) / all.length);
};

const judged = async (data: Data, task: BoundTask, pipeline: Pipeline) => {
  const found = await task.evaluate(pipeline, 'test', computeHere(threads));
  const { params, macs } = pipelineCosts(pipeline, 'pure');
  return { params, macs, values: { ...found.values }, answers: textOfFloats(byPicture(data.test, found)) };
};

const studentPath = (seed: number): string => join(home, `student-${seed}-${teacherSteps}-${steps}.onnx`);

const run = async (data: Data, seed: number): Promise<void> => {
  const isSame = (one: NucleiRun) => one.seed === seed && one.steps === steps && one.teacherSteps === teacherSteps;
  if ((await readResults<NucleiRun>(NAME)).some(isSame)) return;
  const teacher = await teacherOf(data, seed);
  const task = taskOn(data, teacher);
  const student = await slimmed(task, teacher, seed);
  await writeFile(studentPath(seed), encode(standard(segmenterParts(student).encoder)));
  const [before, after] = [await judged(data, task, teacher), await judged(data, task, student)];
  const about = { seed, teacherSteps, steps, pictures: { train: data.train.length, test: data.test.length } };
  await addResult<NucleiRun>(NAME, { ...about, hash: task.hash, before, after, latency: null, load: loadavg()[0]! });
  log(`${seed}: ${before.values['miou-point']!.toFixed(2)} before, ${after.values['miou-point']!.toFixed(2)} after`);
};

const middle = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;

/** What was trained, or a new network as wide. */
const encoderOf = async (path: string, shape: Encoder, seed: number): Promise<Graph> =>
  existsSync(path)
    ? readModel(await readFile(path))
    : materialize(buildSegmenter({ ...SamTiny, encoder: encoder(shape) }).encoder, seed);

/** Teacher and student of a recorded run. */
const encodersOf = async ({ seed, before, after }: NucleiRun): Promise<readonly [Pipeline, Pipeline]> => {
  const shippedParts = await readParts((part) => shippedPath(shipped.parts![part]!));
  const { width, ...shape } = SAM_TINY_ENCODER;
  const half = { ...shape, width: width / 2, inner: width / 2, hidden: 2 * width };
  const [large, small] = [
    segmenterPipeline({
      ...shippedParts,
      encoder: await encoderOf(teacherPath(seed)('encoder'), { ...shape, width }, seed),
    }),
    segmenterPipeline({ ...shippedParts, encoder: await encoderOf(studentPath(seed), half, seed) }),
  ];
  for (const [pipeline, recorded] of [
    [large, before],
    [small, after],
  ] as const) {
    const { params, macs } = pipelineCosts(pipeline, 'pure');
    if (params !== recorded.params || macs !== recorded.macs)
      throw new Error(
        `${seed}: ${params} parameters and ${macs} MACs, recorded ${recorded.params} and ${recorded.macs}`,
      );
  }
  return [large, small];
};

/** Of one picture through either encoder by turns; wants a quiet machine, or the clock of the processor. */
const latency = async (seed: number, rounds = 200): Promise<void> => {
  const all = await readResults<NucleiRun>(NAME);
  const isOwn = (one: NucleiRun) => one.seed === seed && one.steps === steps && one.teacherSteps === teacherSteps;
  const recorded = all.find(isOwn);
  if (recorded === undefined) throw new Error(`no result of seed ${seed} at this budget: run --part train first`);
  const pipelines = await encodersOf(recorded);
  const compute = computeHere(threads);
  const open = [await compute.open(pipelines[0]), await compute.open(pipelines[1])] as const;
  const feeds = fillPorts(partOf(pipelines[0], 'encoder').ports, 1);
  const times: [number[], number[]] = [[], []];
  for (let round = -20; round < rounds; round += 1) {
    for (const [i, running] of open.entries()) {
      const ms = await timed(clock, () => running.run('encoder', feeds));
      if (round >= 0) times[i]!.push(ms);
    }
  }
  for (const running of open) await running.release();
  const found = { before: middle(times[0]), after: middle(times[1]), threads, clock, load: loadavg()[0]! };
  await writeResults(
    NAME,
    all.map((one) => (isOwn(one) ? { ...one, latency: found } : one)),
  );
  log(`${seed}: ${found.before.toFixed(2)} ms before, ${found.after.toFixed(2)} ms after`);
};

if (!values.print) {
  const seeds = values.seeds.split(',').map(Number);
  if (values.part.includes('train')) {
    const data = await open();
    log(`${data.train.length} squares to train on, ${data.test.length} to test on`);
    for (const seed of seeds) await run(data, seed);
  }
  if (values.part.includes('latency')) for (const seed of seeds) await latency(seed);
}
printNuclei(await readResults<NucleiRun>(NAME));
