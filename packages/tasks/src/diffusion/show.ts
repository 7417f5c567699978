/** Pictures of the base and of what became of it, from the same noise, with what they look like on the way. */
import type { Pipeline } from '@topiary/pipeline';
import type { Compute, Fact } from '../_task.js';
import { type SampleSettings, samplePictures, wantedFrom } from './sample.js';

/** Noise that no score is made from. */
const SHOW_BANK = 1_000_000;
/** Pictures a class, and guesses on the way. */
const EACH = 2;
const FRAMES = 5;

interface ShowRequest {
  readonly pipeline: Pipeline;
  readonly base: Pipeline;
  readonly compute: Compute;
  readonly settingsOf: (pipeline: Pipeline) => SampleSettings;
}

/** From [-1, 1] to grey levels, as text. */
const levels = (pictures: Float32Array): string =>
  Buffer.from(
    Uint8Array.from(pictures, (value) => Math.round(Math.min(255, Math.max(0, 127.5 * (value + 1))))),
  ).toString('base64');

const framesOf = async (pipeline: Pipeline, { compute, settingsOf }: ShowRequest): Promise<readonly string[]> => {
  const settings = settingsOf(pipeline);
  const steps = settings.schedule.steps.length;
  const at = Array.from({ length: FRAMES }, (_, i) => Math.round(((steps - 1) * i) / (FRAMES - 1)));
  const frames: string[] = [];
  const running = await compute.open(pipeline);
  try {
    const wanted = wantedFrom(SHOW_BANK, 0, EACH * settings.classes, settings.classes);
    const last = await samplePictures(pipeline, running.run, settings, wanted, (step, guess) => {
      if (at.includes(step) && step < steps - 1) frames.push(levels(guess));
    });
    return [...frames, levels(last)];
  } finally {
    await running.release();
  }
};

export const showSamples = async (request: ShowRequest): Promise<readonly Fact[]> => {
  const { settingsOf, base, pipeline } = request;
  const settings = settingsOf(pipeline);
  const content = {
    dims: settings.dims,
    labels: wantedFrom(SHOW_BANK, 0, EACH * settings.classes, settings.classes).labels,
    steps: settings.schedule.steps.length,
    base: await framesOf(base, request),
    ours: await framesOf(pipeline, request),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return [{ view: 'samples', title: 'Samples', mediaType: 'application/json', bytes }];
};
