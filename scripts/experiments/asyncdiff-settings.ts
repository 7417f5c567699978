/** What experiments on AsyncDiff compare: components of a network, or the whole network in fewer steps. */
import { refusesSplit, splitPipeline } from '@topiary/methods';
import type { Pipeline } from '@topiary/pipeline';
import { type BoundTask, taskOf } from '@topiary/tasks';
import { boardOf, protocolOf } from '@topiary/tracks';
import { file, settings as own } from './teacher.js';

export interface Setting {
  readonly components: number;
  readonly stride: number;
  readonly warmUp: number;
  /** Of the sampling; fewer than those asked for where this is the baseline. */
  readonly taken: number;
}

export const whole = (steps: number): Setting => ({ components: 1, stride: 1, warmUp: 1, taken: steps });

export const inComponents = (components: number, stride: number, warmUp: number, steps: number): Setting => ({
  components,
  stride,
  warmUp,
  taken: steps,
});

export const nameOf = ({ components, stride, warmUp, taken }: Setting, steps: number): string =>
  taken === steps ? `N ${components}, S ${stride}, w ${warmUp}` : `${taken} steps`;

/** Steps of the whole network that take as long as this on the longest lane. */
export const asLong = (steps: number, { components, stride, warmUp }: Setting): number =>
  Math.round(warmUp + Math.ceil((steps - warmUp) / stride) / components);

export interface Opened {
  readonly base: Pipeline;
  readonly task: BoundTask;
  /** Hash of the classifier that judges samples. */
  readonly critic: string;
}

/** The network and its task, with samplings of so many steps. */
export const opened = async (steps: number): Promise<Opened> => {
  const board = boardOf('diffusion.dit-tiny.shapes16');
  const { options, evaluationBatch } = protocolOf(board);
  const task = taskOf('diffusion');
  const files = new Map([['network', file]]);
  const from = { dataset: board.dataset, dataDir: '' };
  const base = await task.read({ files, schedule: null, ...from });
  const settings = task.settings.parse({ ...own, steps });
  const request = { ...from, testSecret: null, pipeline: base, settings, evaluationBatch, options };
  return { base, task: await task.open(request), critic: String(options['critic']) };
};

export const pipelineOf = ({ base, task }: Opened, steps: number, setting: Setting): Pipeline => {
  if (setting.taken !== steps) return { ...base, schedule: { ...base.schedule, settings: { steps: setting.taken } } };
  if (setting.components === 1) return base;
  const wanted = { ...setting, remainder: 'short' } as const;
  const trajectory = task.trajectory(base);
  const reason = refusesSplit(base, wanted, trajectory, 'pure');
  if (reason !== null || trajectory === null) throw new Error(reason ?? 'no loop');
  return splitPipeline(base, wanted, trajectory, 'pure');
};
