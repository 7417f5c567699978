/** Fewer steps: the network as it is, in a loop with fewer steps, or of another sampler; what any other way has to beat. */
import { merge, type Pipeline, stepsOf } from '@topiary/pipeline';
import type { Trajectory } from '@topiary/tasks';
import type { Procedure, ProcedureRequest } from './_procedure.js';
import { FEWER_STEPS } from './fewer-steps-about.js';

const AXIS = 'trajectory-macs';

const LEAST = 2;

/** Steps that are left: as many as the target allows, or as the recipe says. */
const stepsLeft = ({ target, params }: Pick<ProcedureRequest, 'target' | 'params'>, now: number): number =>
  target === null ? Number(params['steps']) : Math.floor(now / target.value);

const refuses = (
  pipeline: Pipeline,
  request: Pick<ProcedureRequest, 'target' | 'params'>,
  trajectory: Trajectory | null | undefined,
): string | null => {
  const { target } = request;
  if (target !== null && target.axis !== AXIS) return `target ${target.label}: it makes a trajectory shorter`;
  if (stepsOf(pipeline.schedule) !== null) return `'${merge(pipeline).name}' has a schedule of its own length`;
  if (trajectory === null) return 'a task that takes no loop over its network';
  if (trajectory === undefined) return null;
  const left = stepsLeft(request, trajectory.timesteps.length);
  if (left >= LEAST && left <= trajectory.length) return null;
  return `${left} steps: a loop here has from ${LEAST} to ${trajectory.length}`;
};

export const FewerSteps: Procedure = {
  ...FEWER_STEPS,
  refuses,
  run: async (context, request) =>
    context.stage('schedule', async () => {
      const { pipeline, task } = context;
      const steps = stepsLeft(request, task.trajectory(pipeline)!.timesteps.length);
      const sampler = String(request.params['sampler']);
      const settings = { ...pipeline.schedule.settings, steps, ...(sampler === 'same' ? {} : { sampler }) };
      const made = { ...pipeline, schedule: { ...pipeline.schedule, settings } };
      // asks the task whether it can: a setting that it does not know is refused here
      context.log(`${task.trajectory(made)!.timesteps.length} steps`);
      return { pipeline: made, facts: [], flags: [] };
    }),
};
