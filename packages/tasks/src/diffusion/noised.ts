/** The network's own inputs, noised on the host: for statistics that have no loss, and so nothing that mixes noise in. */
import { floats } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import type { ConditionInputs } from '@topiary/zoo';
import { type Noised, whole } from './draws.js';
import type { NoiseSchedule } from './noise-schedule.js';

export const noisedFeeds = (
  { x, t, y }: ConditionInputs,
  { pictures, noise, steps, labels, drops }: Noised,
  { kept }: NoiseSchedule,
  classes: number,
): Feeds => {
  const [clean, added] = [pictures.data as Float32Array, noise.data as Float32Array];
  const size = clean.length / steps.length;
  const noised = clean.map((value, k) => {
    const share = kept[steps[Math.floor(k / size)]!]!;
    return Math.sqrt(share) * value + Math.sqrt(1 - share) * added[k]!;
  });
  return {
    [x.name]: floats(noised, pictures.dims),
    [t.name]: whole(steps),
    [y.name]: whole(labels.map((label, i) => (drops[i] === 1 ? classes : label))),
  };
};
