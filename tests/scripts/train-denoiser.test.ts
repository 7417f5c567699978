/** Trainings of denoisers: all lengths share what comes before the rate falls, and a kill changes nothing. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Denoiser, DitTiny, randomFrom } from '@topiary/zoo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawShapes16 } from '../../packages/zoo/src/datasets/shapes16.js';
import { dit } from '../../packages/zoo/src/denoisers/_dit.js';
import { trainDenoiser } from '../../scripts/dense/train-denoiser.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topiary-denoiser-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SHAPE = { side: 16, patch: 8, channels: 1, width: 8, depth: 1, heads: 2, classes: 10, frequencies: 8 };
const denoiser: Denoiser = { ...DitTiny, id: 'narrow', build: dit({ ...SHAPE, learnsVariance: false }) };
const train = drawShapes16(40, randomFrom('denoiser-training'));
const RECIPE = { batch: 4, lr: 1e-2, warmup: 2, decay: 0.2, clip: 1, ema: 0.9, dropout: 0.1 };

/** `killAt`: the step after which it is ended, just when it has been written down. */
const trained = async (home: string, steps: number, killAt?: number, recipe = RECIPE) => {
  const said: string[] = [];
  const log = (text: string) => {
    said.push(text);
    if (text.includes(` ${killAt}/`)) throw new Error('killed');
  };
  const request = { denoiser, train, recipe: { ...recipe, steps }, seed: 0, threads: 1, log, keepEvery: 3 };
  const graph = await trainDenoiser({ ...request, home: join(folder, home) });
  return { weights: [...graph.initializers], said };
};
const trunk = async (home: string) =>
  (await readdir(join(folder, home, 'dense')))
    .flatMap((file) => Number(/trunk-(\d+)/.exec(file)?.[1] ?? 0) || [])
    .sort();

describe('a training of a denoiser', () => {
  it('that goes on from a shorter one, or was killed on the trunk and in the fall, ends as one without', async () => {
    const whole = await trained('whole', 20);
    expect(await trunk('whole')).toEqual([16]);

    expect((await trained('shared', 10)).said[0]).toMatch(/ 3\/10: loss/);
    const longer = await trained('shared', 20);
    expect(longer.said[0]).toMatch(/ 9\/20: loss/);
    expect(await trunk('shared')).toEqual([16, 8]);
    expect(longer.weights).toEqual(whole.weights);

    await expect(trained('killed', 20, 12)).rejects.toThrow('killed');
    await expect(trained('killed', 20, 18)).rejects.toThrow('killed');
    const last = await trained('killed', 20);
    expect(last.said).toEqual([expect.stringMatching(/ 20\/20: loss/)]);
    expect(last.weights).toEqual(whole.weights);
  });

  it('is not taken up with another schedule: the trunk of another rate, the end of another fall', async () => {
    await trained('schedule', 20);
    const faster = { ...RECIPE, lr: 2e-2 };
    await expect(trained('schedule', 25, undefined, faster)).rejects.toThrow(
      expect.objectContaining({ code: 'TOPIARY_RUNTIME_CHECKPOINT', message: expect.stringContaining('"lr":0.01') }),
    );
    const later = { ...RECIPE, decay: 0.1 };
    await expect(trained('schedule', 20, undefined, later)).rejects.toThrow('"decay":0.2');
  });

  it('of a shorter length leaves the states of longer ones where they are', async () => {
    const alone = await trained('short', 10);
    await trained('long', 20);
    const after = await trained('long', 10);
    expect(after.weights).toEqual(alone.weights);
    expect(await trunk('long')).toEqual([16, 8]);
    expect((await trained('long', 25)).said[0]).toMatch(/ 18\/25: loss/);
  });
});
