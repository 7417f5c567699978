/** What Findings count, and how many seeds they ask for, on made-up rows whose answers are known by hand. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Findings, RecipeInput, ShippedRun } from '@topiary/contracts';
import { boardOf, fillRecipe, recipeHash, shippedResultsFolder, shippedResultsText } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { resultWith } from '../../helpers/finished-run.js';

const [FIRST, SECOND] = ['classification.resnet-tiny.shapes32', 'classification.vgg-tiny.shapes32'];

const shippedRun = (board: string, target: number, criterion: string, seed: number, top1: number): ShippedRun => {
  const { achieved, counter, flags, metrics, params, macs, latency, seconds, machine, splitHash } = resultWith(top1);
  const recipe = fillRecipe(boardOf(board), { criterion, scope: 'global' } as RecipeInput);
  return {
    ...{ achieved, counter, flags, metrics, params, macs, latency, seconds, machine, splitHash },
    ...{ stepSeconds: 0.5, epochSeconds: null, protocol: 'classification/2', codeVersion: 'test', board },
    ...{ recipeHash: recipeHash(recipe), label: `${criterion} · global`, division: 'closed' },
    recipe: recipe as unknown as ShippedRun['recipe'],
    target: { axis: 'macs', value: target, label: `${target}x` },
    ...{ seed, correct: null, at: '2026-01-01T00:00:00.000Z' },
  };
};

/** Three seeds of each, so many points apart. */
const three = (board: string, target: number, outcomes: Readonly<Record<string, number>>, apart = 0.1): ShippedRun[] =>
  Object.entries(outcomes).flatMap(([criterion, top1]) =>
    [0, 1, 2].map((seed) => shippedRun(board, target, criterion, seed, top1 + apart * (seed - 1))),
  );

/** Twelve seeds of random pruning that tell nothing. */
const torn = (board: string, target: number): ShippedRun[] =>
  Array.from({ length: 12 }, (_, seed) => shippedRun(board, target, 'random', seed, seed % 2 === 0 ? 20 : 80));

let api: TestApi;
let found: Findings;
beforeAll(async () => {
  api = await startApi();
  const folder = shippedResultsFolder(api.context.projectDir);
  await mkdir(folder, { recursive: true });
  const write = (board: string, runs: readonly ShippedRun[]) =>
    writeFile(join(dirname(folder), 'shipped', `${board}.jsonl`), shippedResultsText(runs));
  await write(FIRST!, [
    ...three(FIRST!, 2, { taylor: 80, 'magnitude-l2': 79.4, lamp: 70, random: 60 }),
    ...three(FIRST!, 3, { 'magnitude-l2': 70, lamp: 65, taylor: 60, random: 50 }),
    ...three(FIRST!, 4, { lamp: 90, 'magnitude-l2': 60, taylor: 40 }),
    ...torn(FIRST!, 4),
  ]);
  await write(SECOND!, [
    ...three(SECOND!, 3, { 'magnitude-l2': 80, lamp: 75 }, 3),
    ...three(SECOND!, 3, { taylor: 70, random: 60 }),
    ...three(SECOND!, 2, { lamp: 62, taylor: 61.5, 'magnitude-l2': 61, random: 60 }),
  ]);
  found = (await api.app.inject({ url: '/api/v1/findings' })).json<Findings>();
});
afterAll(() => api.close());

describe('rankings that tell too little', () => {
  it('are named and count nowhere: neither where random pruning is unfit, nor where the best is hardly above it', () => {
    const left = found.known.map(({ board, target, leftOut }) => [board, target, leftOut]);
    expect(left).toEqual([
      [FIRST, '2x', null],
      [FIRST, '3x', null],
      [FIRST, '4x', 'unfit'],
      [SECOND, '2x', 'narrow'],
      [SECOND, '3x', null],
    ]);
    expect(found.ours.map(({ board, target }) => `${board} ${target}`)).toEqual([
      `${FIRST} 2x`,
      `${FIRST} 3x`,
      `${SECOND} 3x`,
    ]);
    expect(found.networks.ours).toBe(2);
  });

  it('leave mean ranks and gains over networks, each of which counts once', () => {
    const of = (id: string) => found.methods.find((method) => method.id === id)!;
    // ranks 1 and 3 on the first network, 3 on the second
    expect(of('taylor').ours).toMatchObject({ rank: (2 + 3) / 2, n: 3, boards: 2 });
    // 20 and 10 points above random on the first, 10 on the second
    expect(of('taylor').gain).toEqual({ value: expect.closeTo((15 + 10) / 2, 9), networks: 2 });
    expect(of('taylor').gains.length).toBe(3);
    expect(of('lamp').ours!.rank).toBe((2.5 + 2) / 2);
    expect(of('random').gain).toBeNull();
  });
});

describe('what is not known', () => {
  it('comes with the seeds that would decide it: the textbook number at the level of the correction', () => {
    const { first, pairs, stand, needs } = found.known[4]!;
    expect(first).toEqual(['magnitude-l2 · global', 'lamp · global']);
    // of the pairs with random all three stand, of the others one: two are open, so the next must meet 2.5 %
    expect([pairs, stand]).toEqual([3, 1]);
    // 5 points, V(S) = 2 · 3² / S + 0.87 of 4,000 examples: (2.24 + 0.84)² V = 25 at S = 10.2; with Student's t of 26
    // degrees of freedom (2.39 + 0.86)² V = 22.7 at S = 14
    expect(needs!.nearest.seeds).toBeGreaterThanOrEqual(11);
    expect(needs!.nearest.seeds).toBeLessThanOrEqual(14);
    expect(needs!.easiest).toEqual(needs!.nearest);
  });

  it('says so where no number of seeds decides it, and nothing where one row leads or the ranking is left out', () => {
    const [open, led] = found.known;
    expect(open!.first).toEqual(['taylor · global', 'magnitude-l2 · global']);
    const { needs } = open!;
    expect(needs).toMatchObject({ best: 'taylor · global', nearest: { row: 'magnitude-l2 · global' } });
    expect(needs!.easiest).toEqual(needs!.nearest);
    // 80.0 against 79.4 on 4,000 examples each: √(2 · 0.2 · 0.8 / 4000) is 0.9 points whatever the seeds
    expect(needs!.nearest.seeds).toBeNull();
    expect(needs!.most).toBe(100);
    expect(led!.first.length).toBe(1);
    expect(led!.needs).toBeNull();
    expect(found.known[2]!.needs).toBeNull();
  });
});
