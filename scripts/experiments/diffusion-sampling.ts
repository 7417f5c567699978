/** How samples are drawn in experiments: as the task does, from a model's own settings. */
import { type DiffusionSettings, noiseSchedule, respaced, type SampleSettings, samplerOf } from '@topiary/tasks';
import { Shapes16 } from '@topiary/zoo';

/** Ten classes of one-channel pictures. */
export const samplingOf = (given: DiffusionSettings): SampleSettings => {
  const { predicts, betas, length, steps, guidance, sampler, clip } = given;
  return {
    predicts,
    clip: clip ? [-1, 1] : null,
    schedule: respaced(noiseSchedule(betas, length), steps),
    sampler: samplerOf(sampler),
    guidance,
    classes: 10,
    dims: Shapes16.input,
  };
};
