/**
 * Whether the targets of the shipped classification boards tell methods apart: no row on the floor, the best row five points above
 * random pruning, and random pruning known to three points with at most twelve seeds. What is not so yet stands here with its
 * reason, and leaves this list when it is mended.
 */
import { resolve } from 'node:path';
import { controlVerdict, rowInterval } from '@topiary/stats';
import { shippedOn, shippedResultsFolder } from '@topiary/tracks';
import { BOARDS, boardOf } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';
import {
  type ShippedRanking,
  type ShippedRow,
  shippedRankings,
  TOP1,
  top1Of,
} from '../../../scripts/experiments/shipped-rows.js';

/** Ten classes, evenly many pictures of each: a network that looks at nothing has 10 %. */
const FLOOR = 15;
const LEAST_GAIN = 5;

/** Twelve seeds of random pruning lie so far apart that it is not known to three points: the site ranks nothing there. */
const unfit = (from: number, to: number): string => `twelve seeds of random pruning lie between ${from} and ${to} %`;

/** By ranking and fault. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'resnet-tiny 3x criteria: random pruning, unfit': unfit(50, 74),
  'resnet-tiny 3x regularizers: random pruning, unfit': unfit(50, 74),
  'convnext-micro 3x criteria: random pruning, unfit': unfit(26, 49),
  'convnext-micro 3x regularizers: random pruning, unfit': unfit(26, 49),
  'vit-tiny 2x criteria: random pruning, unfit': unfit(34, 53),
  'vit-tiny 2x regularizers: random pruning, unfit': unfit(34, 53),
  'vgg-tiny 3x criteria: on the floor, hrank · global':
    'one seed of three collapsed (10.8, 57.4 and 83.6 %): the method is that unsteady here, its place says so',
};

const topOf = ({ runs }: ShippedRow): number[] => runs.map((run) => top1Of(run).value);
const meanOf = (row: ShippedRow): number => topOf(row).reduce((sum, value) => sum + value, 0) / row.runs.length;

const isOnFloor = (row: ShippedRow): boolean =>
  row.runs.some(({ flags }) => flags.includes('collapsed')) || Math.min(...topOf(row)) < FLOOR;

const faultsOf = ({ rows, spread }: ShippedRanking): string[] => {
  const floored = rows.filter(isOnFloor).map(({ label }) => `on the floor, ${label}`);
  const random = rows.find(({ isRandom }) => isRandom);
  if (!random) return [...floored, 'random pruning, none'];
  const known = rowInterval(random.evidence, TOP1, spread);
  const verdict = controlVerdict(known, random.runs.length, { metric: TOP1, base: null });
  const best = Math.max(...rows.filter(({ isRandom }) => !isRandom).map(meanOf));
  return [
    ...floored,
    ...(verdict === 'fit' ? [] : [`random pruning, ${verdict}`]),
    ...(best - meanOf(random) < LEAST_GAIN ? ['narrow'] : []),
  ];
};

const nameOf = ({ board, target, isSparsified }: ShippedRanking): string =>
  `${board.split('.')[1]} ${target} ${isSparsified ? 'regularizers' : 'criteria'}`;

const rankings = shippedRankings();

describe('targets that are offered', () => {
  it('have rows, of criteria and of regularizers', () => {
    const shipped = BOARDS.filter(({ dataset }) => dataset === 'shapes32');
    const offered = shipped.flatMap(({ model, targets }) =>
      targets.flatMap(({ label }) => ['criteria', 'regularizers'].map((kind) => `${model} ${label} ${kind}`)),
    );
    expect(rankings.map(nameOf)).toEqual(expect.arrayContaining(offered));
  });

  it('tell methods apart, but for what is known', () => {
    const found = rankings.flatMap((ranking) => faultsOf(ranking).map((fault) => `${nameOf(ranking)}: ${fault}`));
    expect(found.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });
});

const FOLDER = shippedResultsFolder(resolve(import.meta.dirname, '../../..'));

/** Of everything recorded, any protocol: lowest and highest top-1 of single runs, to whole points. */
const recorded = (model: string, version: string, target: string, isIn: (label: string) => boolean) =>
  shippedOn(FOLDER, `classification.${model}.shapes32`)
    .filter((run) => run.protocol === `classification/${version}` && run.target.label === target && isIn(run.label))
    .map((run) => top1Of(run).value)
    .sort((a, b) => a - b);
const isRandom = (label: string): boolean => label.startsWith('random · ');
const isAny = (label: string): boolean => !label.includes('shuffled');

describe('reasons of targets', () => {
  it('are given by every board with published or shipped targets of classification', () => {
    for (const { track, targetsBecause } of BOARDS.filter((board) => board.track === 'classification'))
      expect([track, targetsBecause]).toEqual(['classification', expect.stringMatching(/^[A-Z].*\.$/)]);
    expect(boardOf('classification.vgg-tiny.shapes32@1').targetsBecause).toBeUndefined();
  });

  it.each([
    ['resnet-tiny', '2', '4x', 'between 40 and 68 % (twelve seeds)'],
    ['vgg-tiny', '1', '4x', 'between 23 and 63 %'],
    ['mobilenet-tiny', '1', '4x', 'between 36 and 53 % under version 1 (three seeds)'],
    ['convnext-micro', '1', '4x', 'between 21 and 37 % under version 1 (three seeds)'],
  ])('of %s name what random pruning came to', (model, version, target, words) => {
    const values = recorded(model, version, target, isRandom);
    const [low, high] = [values[0]!, values.at(-1)!].map((value) => Math.round(value));
    expect(words).toContain(`between ${low} and ${high} %`);
    if (words.includes('seeds')) expect(values).toHaveLength(words.includes('twelve') ? 12 : 3);
    expect(boardOf(`classification.${model}.shapes32`).targetsBecause).toContain(words);
  });

  it('of VGG-tiny and ViT-tiny name what the best and random pruning came to', () => {
    const [best, random] = [isAny, isRandom].map((isIn) => recorded('vgg-tiny', '2', '2x', isIn).at(-1)!.toFixed(1));
    const vgg = boardOf('classification.vgg-tiny.shapes32').targetsBecause;
    expect(vgg).toContain(`At 2x the best row has ${best} % and random pruning ${random} (one seed each)`);
    const runs = shippedOn(FOLDER, 'classification.vit-tiny.shapes32').filter(
      (run) => run.protocol === 'classification/1' && run.target.label === '4x' && !run.recipe['regularizer'],
    );
    const means = [...new Set(runs.map(({ label }) => label))].map((label) => {
      const values = runs.filter((run) => run.label === label).map((run) => top1Of(run).value);
      return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
    });
    expect([Math.min(...means), Math.max(...means)]).toEqual([15, 30]);
    const vit = boardOf('classification.vit-tiny.shapes32').targetsBecause;
    expect(vit).toContain('At 4x criteria ended between 15 and 30 % under version 1, and random pruning at 15');
  });
});
