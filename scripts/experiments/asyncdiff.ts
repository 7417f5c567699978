/**
 * AsyncDiff on the shipped DiT-tiny: how far samples move from those of the whole network with more components, a stride and a
 * longer warm-up, beside fewer steps that cost as much along the longest lane; and, with `--part judge`, what the pictures of some
 * of them are worth, `--settings` of them (the whole network and N = 2 first).
 * Command: npx tsx scripts/experiments/asyncdiff.ts [--part sweep,judge] [--steps 20,50,100] [--banks 0,1,2] [--samples 10000]
 * Every result is written at once, and what the file holds already is skipped; `--teacher <file.onnx>` measures another network.
 */
import { parseArgs } from 'node:util';
import type { Pipeline } from '@topiary/pipeline';
import { DiffusionSettings, drawSamples, relativeDistance } from '@topiary/tasks';
import { table } from '../bench/summary.js';
import { computeHere } from '../dense/reference.js';
import {
  asLong,
  inComponents,
  nameOf,
  type Opened,
  opened,
  pipelineOf,
  type Setting,
  whole,
} from './asyncdiff-settings.js';
import { judgeOf, noiseErrors, settingsOf } from './diffusion-judge.js';
import { addResult, isRecorded, readResults } from './results.js';
import { TEACHER, settings as taught, teacher } from './teacher.js';

const NAME = 'asyncdiff';
/** Samples of a bank whose distance to the whole network's is taken. */
const COMPARED = 100;

const { values } = parseArgs({
  options: {
    ...TEACHER,
    part: { type: 'string', default: 'sweep,judge' },
    steps: { type: 'string', default: '50,20,100' },
    banks: { type: 'string', default: '0,1,2' },
    samples: { type: 'string', default: '10000' },
    settings: { type: 'string', default: '8' },
    threads: { type: 'string', default: '1' },
  },
});

export interface AsyncRun extends Setting {
  /** The network's file. */
  readonly teacher: string;
  /** Steps of the sampling that all are compared with. */
  readonly steps: number;
  /** Bank of noise. */
  readonly bank: number;
  /** Samples of the bank that are compared, or judged. */
  readonly samples: number;
  readonly criticalMacs: number;
  readonly trajectoryMacs: number;
  readonly values: Readonly<Record<string, number>>;
  /** Of what is judged: noise errors by picture, float32 in base64. */
  readonly errors?: string;
}

const compute = computeHere(Number(values.threads));

/** The grid of the sweep, those first that say most. */
const settingsAt = (steps: number): readonly Setting[] => {
  const first = [inComponents(2, 1, 1, steps), inComponents(3, 1, 1, steps), inComponents(4, 1, 1, steps)];
  const strides = [inComponents(2, 2, 1, steps), inComponents(3, 2, 1, steps)];
  if (steps === 100) return [...first, ...strides];
  const warmer = [3, 5, 7, 9, 11, steps / 2].flatMap((warmUp) => [
    inComponents(3, 2, warmUp, steps),
    inComponents(2, 1, warmUp, steps),
  ]);
  return [...first, ...strides, ...warmer];
};

interface Asked {
  readonly steps: number;
  readonly bank: number;
  readonly samples: number;
}

/** Measures one setting unless that is known. */
const once = async (
  open: Opened,
  asked: Asked,
  setting: Setting,
  measure: (pipeline: Pipeline) => Promise<Pick<AsyncRun, 'values' | 'errors'>>,
): Promise<void> => {
  const about = { teacher, ...asked, ...setting };
  if (await isRecorded(NAME, about)) return;
  const { steps, bank } = asked;
  const pipeline = pipelineOf(open, steps, setting);
  const costs = open.task.costs(pipeline);
  const began = performance.now();
  const found = await measure(pipeline);
  const macs = { criticalMacs: costs['critical-macs']!, trajectoryMacs: costs['trajectory-macs']! };
  await addResult<AsyncRun>(NAME, {
    ...{ ...about, ...macs, ...found },
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const said = Object.entries(found.values).map(([id, value]) => `${id} ${value.toFixed(4)}`);
  console.log(`${nameOf(setting, steps)}, bank ${bank}: ${said.join(', ')} (${seconds} s)`);
};

/** Distances to the samples of the whole network from the same noise. */
const sweep = async (steps: number): Promise<void> => {
  const open = await opened(steps);
  const settings = DiffusionSettings.parse({ ...taught, steps });
  const own = settingsAt(steps);
  const fewer = [...new Set(own.map((setting) => asLong(steps, setting)))].map(whole);
  for (const bank of values.banks.split(',').map(Number)) {
    const draw = (pipeline: Pipeline) => {
      const how = { settings: settingsOf(pipeline, settings), batch: COMPARED };
      return drawSamples(pipeline, compute, how, { count: COMPARED, bank, progress: () => undefined });
    };
    let reference: Float32Array | null = null;
    for (const setting of [...own, ...fewer]) {
      await once(open, { steps, bank, samples: COMPARED }, setting, async (pipeline) => {
        reference ??= await draw(open.base);
        const apart = relativeDistance(await draw(pipeline), reference, reference.length / COMPARED);
        return { values: { 'rel-l2': apart } };
      });
    }
  }
};

/** What pictures are worth: of the whole network, of the published settings, and of fewer steps beside them. */
const judge = async (steps: number): Promise<void> => {
  const open = await opened(steps);
  const [two, stride] = [inComponents(2, 1, 1, steps), inComponents(2, 2, 1, steps)];
  const more = [inComponents(3, 1, 1, steps), inComponents(3, 2, 9, steps), inComponents(4, 1, 1, steps)];
  const all = [whole(steps), two, whole(asLong(steps, two)), stride, whole(asLong(steps, stride)), ...more];
  const samples = Number(values.samples);
  const about = { samples, critic: open.critic, settings: DiffusionSettings.parse({ ...taught, steps }) };
  const judged = judgeOf(open.base, compute, about);
  for (const bank of values.banks.split(',').map(Number)) {
    for (const setting of all.slice(0, Number(values.settings))) {
      await once(open, { steps, bank, samples }, setting, async (pipeline) => {
        const { frechet, consistency, relL2 } = await judged(pipeline, bank);
        const { noiseError, errors } = await noiseErrors(pipeline, compute, { settings: about.settings, steps });
        const found = { frechet, 'class-consistency': consistency, 'rel-l2': relL2, 'noise-error': noiseError };
        return { values: found, errors };
      });
    }
  }
};

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

const print = (runs: readonly AsyncRun[]): void => {
  for (const steps of values.steps.split(',').map(Number)) {
    const own = runs.filter((run) => run.steps === steps && run.teacher === teacher);
    const names = [...new Set(own.map((run) => nameOf(run, steps)))];
    const rows = names.map((name) => {
      const these = own.filter((run) => nameOf(run, steps) === name);
      const apart = these.filter(({ samples }) => samples === COMPARED).map((run) => run.values['rel-l2']!);
      const judged = these.filter(({ samples }) => samples === Number(values.samples) && samples !== COMPARED);
      const cell = (id: string, digits: number) =>
        judged.length === 0 ? '' : mean(judged.map((run) => run.values[id]!)).toFixed(digits);
      return [
        name,
        (these[0]!.criticalMacs / 1e6).toFixed(1),
        apart.length === 0 ? '' : `${mean(apart).toFixed(4)} (${apart.map((value) => value.toFixed(4)).join(' ')})`,
        cell('noise-error', 5),
        cell('frechet', 3),
        cell('class-consistency', 2),
      ];
    });
    console.log(`\n${steps} steps`);
    const head = ['setting', 'M MACs, longest lane', 'distance (banks)', 'noise error', 'Fréchet', 'of its class, %'];
    console.log(table(head, rows));
  }
};

for (const steps of values.steps.split(',').map(Number)) {
  if (values.part.includes('sweep')) await sweep(steps);
  if (values.part.includes('judge') && steps < 100) await judge(steps);
}
print(await readResults<AsyncRun>(NAME));
