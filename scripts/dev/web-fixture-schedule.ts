/** FIXTURES: a schedule that reuses half of its later steps on two lanes, and gates as they formed. */
import { createHash } from 'node:crypto';
import type { GatesFact, ScheduleFact } from '@topiary/contracts';

const [STEPS, BLOCKS] = [20, 12];
const timestepOf = (step: number): number => Math.round((999 * (STEPS - 1 - step)) / (STEPS - 1));
const blocks = Array.from({ length: BLOCKS }, (_, i) => `blocks.${i}`);
const layers = blocks.flatMap((name) => [`${name} attention`, `${name} MLP`]);

/** Every second step, less and less towards the clean end. */
const isReused = (layer: number, step: number): boolean => step % 2 === 1 && (layer * 7 + step * 3) % 20 > step;

const schedule: ScheduleFact = {
  steps: Array.from({ length: STEPS }, (_, step) => {
    const left = layers.filter((_, i) => !isReused(i, step)).length;
    const macs = 340_000 + left * 205_000;
    const part = left === layers.length ? 'full' : `reusing-${(step + 1) / 2}`;
    return {
      timestep: timestepOf(step),
      calls: [0, 1].map((lane) => ({ part: `${part}-${lane + 1}`, lane: step < 2 ? 0 : lane, macs })),
    };
  }),
  mask: {
    rows: layers,
    computed: layers.map((_, i) => Array.from({ length: STEPS }, (__, step) => !isReused(i, step))),
  },
};

const columns = Array.from({ length: 30 }, (_, i) => 10 * (i + 1));
const gates: GatesFact = {
  rows: blocks,
  columns: { title: 'training step of the search', at: columns },
  values: blocks.map((_, i) =>
    columns.map((step) => 1 / (1 + Math.exp(((i % 2 === 0 ? -1 : 1) * (1 + (i % 4)) * step) / 150))),
  ),
  share: 'probability that the block stays',
  kept: blocks.map((_, i) => i % 2 === 0),
};

const files = [
  ['schedule', 'Schedule', schedule],
  ['gates', 'Gates', gates],
] as const;

/** By their sha256. */
export const scheduleFiles: ReadonlyMap<string, string> = new Map(
  files.map(([, , value]) => {
    const text = JSON.stringify(value);
    return [createHash('sha256').update(text).digest('hex'), text];
  }),
);

export const scheduleArtefacts = [...scheduleFiles].map(([sha256, text], i) => ({
  kind: files[i]![0],
  title: files[i]![1],
  sha256,
  bytes: text.length,
  mediaType: 'application/json',
}));
