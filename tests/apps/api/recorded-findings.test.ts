/** Recorded experiments as the findings page gets them: whatever is in the files, by the network that runs began with. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Findings } from '@topiary/contracts';
import { BOARDS, EXPERIMENTS } from '@topiary/tracks/catalogue';
import { SHIPPED } from '@topiary/zoo/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedFindings } from '../../../apps/api/src/experiments.js';

const PROJECT = join(import.meta.dirname, '../../..');
const base = SHIPPED.find(({ model }) => model === 'dit-tiny')!.sha256;

let project = '';
const record = (name: string, runs: unknown) =>
  writeFile(join(project, 'scripts/experiments/results', `${name}.json`), JSON.stringify(runs));

const reuse = (teacher: string, method: string, asked: number, seed: number, frechet: number, samples = 1000) => ({
  ...{ part: 'reuse', teacher, method, asked, seed, frechet, samples, relL2: frechet / 100 },
  halves: method === 'ddim' ? null : { noisier: 100, cleaner: 25 + seed },
});

/** Learned 1, fewer steps 1.5, each give or take a hundredth. */
const runsOf = (teacher: string, samples?: number) =>
  [0, 1, 2].flatMap((seed) => [
    reuse(teacher, 'learned', 1.3334, seed, 1 + 0.01 * seed, samples),
    reuse(teacher, 'ddim', 15, seed, 1.5 - 0.01 * seed, samples),
  ]);

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'topiary-recorded-'));
  await mkdir(join(project, 'scripts/experiments/results'), { recursive: true });
});
afterAll(() => rm(project, { recursive: true }));

describe('recorded findings', () => {
  it('are none where nothing is recorded', async () => {
    expect(await recordedFindings(project)).toEqual([]);
  });

  it('say what holds on the shipped network, and again on another one', async () => {
    await record('diffusion', [...runsOf('other'), ...runsOf(base)]);
    const found = await recordedFindings(project);
    expect(found.map(({ id, network, hash }) => [id, network, hash])).toEqual([
      ['learning-to-cache', 'shipped', base],
      ['learning-to-cache', 'other', 'other'],
    ]);
    const [claim] = found[0]!.claims;
    // differences of -0.5, -0.48, -0.46: mean -0.48, deviation 0.02; Student's t of two degrees is 4.303
    expect(claim).toMatchObject({ outcome: 'holds', n: 3, needs: null });
    expect(claim!.value).toBeCloseTo(-0.48, 10);
    expect(claim!.high! - claim!.value!).toBeCloseTo((4.302653 * 0.02) / Math.sqrt(3), 6);
    expect(found[0]!.claims.find(({ says }) => says.includes('by chance'))).toMatchObject({ outcome: 'not recorded' });
  });

  it('count only runs with the most samples', async () => {
    await record('diffusion', [...runsOf(base), ...runsOf(base, 10_000).slice(0, 2)]);
    expect((await recordedFindings(project))[0]!.claims[0]).toMatchObject({ n: 1, outcome: 'undecided' });
  });

  it('name the file that cannot be read', async () => {
    await record('diffusion', { not: 'a list' });
    await expect(recordedFindings(project)).rejects.toThrow(/diffusion\.json/);
    await rm(join(project, 'scripts/experiments/results/diffusion.json'));
  });

  it('are what the project recorded, and fit the answer of the route', async () => {
    const found = await recordedFindings(PROJECT);
    expect(Findings.shape.recorded.parse(found)).toEqual(found);
    // recorded: half of the channels leave nuclei as they were, over three seeds and fifty pictures
    expect(found.find(({ id }) => id === 'nuclei')!.claims[0]).toMatchObject({ outcome: 'holds', n: 3 });
  });

  it('begin with boards that there are, and say every claim once', () => {
    for (const { board, claims } of EXPERIMENTS) {
      expect(BOARDS.map(({ id }) => id)).toContain(board);
      expect(new Set(claims.map(({ says }) => says)).size).toBe(claims.length);
    }
  });
});
