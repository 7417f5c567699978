/** Recipes of several steps, targets on other axes, and boards of earlier protocols. */
import { parseTarget } from '@topiary/contracts';
import {
  addressOf,
  boardOf,
  checkTargets,
  fillRecipe,
  fillSteps,
  recipeHash,
  stagesOf,
  stepsDivision,
  stepsHash,
  stepsLabel,
  stepsOf,
  storedRecipe,
  trackById,
} from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { boardsOf } from '../../../packages/tracks/src/boards.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const two = fillSteps(BOARD, [{ criterion: 'taylor', finetune: { steps: 100 } }, { finetune: { steps: 100 } }]);

describe('a recipe of several steps', () => {
  it('of one step has the hash, the label and the stored form that it always had', () => {
    const one = fillSteps(BOARD, [{ criterion: 'taylor' }]);
    expect(stepsHash(one)).toBe(recipeHash(fillRecipe(BOARD, { criterion: 'taylor' })));
    expect(storedRecipe(one)).toEqual(one[0]);
    expect(stagesOf(BOARD, one).map(({ id }) => id)).toEqual([
      'prepare',
      'sparsify',
      'prune',
      'finetune',
      'evaluate',
      'measure',
      'publish',
    ]);
  });

  it('is stored and read back, named by all of them, hashed in their order', () => {
    expect(stepsOf(JSON.parse(JSON.stringify(storedRecipe(two))))).toEqual(two);
    expect(stepsLabel(two)).toBe('taylor · global → magnitude-l2 · global');
    expect(stepsHash(two)).not.toBe(stepsHash([...two].reverse()));
    expect(stagesOf(BOARD, two).map(({ id }) => id)).toEqual([
      'prepare',
      '1-sparsify',
      '1-prune',
      '1-finetune',
      '2-sparsify',
      '2-prune',
      '2-finetune',
      'evaluate',
      'measure',
      'publish',
    ]);
  });

  it('spends one budget: two halves are closed, anything more is open', () => {
    expect(stepsDivision(BOARD, two)).toBe('closed');
    expect(stepsDivision(BOARD, [...two, two[0]!])).toBe('open');
  });
});

describe('a target', () => {
  const steps = fillSteps(BOARD, [{}]);
  it('means the axis of the track, names another one, or asks for nothing', () => {
    expect(parseTarget('2x')).toEqual({ axis: 'macs', value: 2, label: '2x' });
    expect(parseTarget('params:3.5x')).toEqual({ axis: 'params', value: 3.5, label: 'params:3.5x' });
    expect(parseTarget('free')).toEqual({ axis: 'macs', value: 1, label: 'free' });
    // one target has one label, or its seeds would stand in two rows
    for (const other of ['macs:2x', '2.0x', 'macs:2.00x']) expect(parseTarget(other)).toEqual(parseTarget('2x'));
    expect(parseTarget('macs:2x', 'params').label).toBe('macs:2x');
    expect(parseTarget('params:3.50x')).toEqual(parseTarget('params:3.5x'));
    for (const bad of ['1x', '0.5x', '11x', 'x', 'params:', 'Params:2x']) expect(() => parseTarget(bad)).toThrow();
  });

  it('on an axis that no step reaches is refused, and the axes are told', () => {
    checkTargets(BOARD, steps, [parseTarget('2x')]);
    for (const label of ['params:2x', 'trajectory-macs:2x'])
      expect(() => checkTargets(BOARD, steps, [parseTarget(label)])).toThrow(
        expect.objectContaining({
          code: 'TOPIARY_TRACKS_AXIS',
          details: {
            where: `target ${label}`,
            expected: expect.stringContaining('reaches a target: macs, or free'),
            got: label.split(':')[0],
          },
        }),
      );
  });

  it.each([
    ['learning-to-cache', '2x'],
    ['fewer-steps', 'params:2x'],
    ['asyncdiff', 'critical-macs:2x'],
    ['remix-dit', 'trajectory-macs:2x'],
    ['tinyfusion', '2x'],
  ])('on an axis that %s does not change on its way to a target is refused: %s', (procedure, label) => {
    const board = boardOf('diffusion.dit-tiny.shapes16');
    const recipe = fillSteps(board, [{ procedure, criterion: null }]);
    checkTargets(board, recipe, [parseTarget('free')]);
    expect(() => checkTargets(board, recipe, [parseTarget(label)])).toThrow(
      expect.objectContaining({ code: 'TOPIARY_TRACKS_AXIS' }),
    );
  });

  it('is needed by every step that cuts by a criterion: of two only one reaches it, and none what is free', () => {
    for (const [asked, label, step] of [
      [two, '2x', 1],
      [steps, 'free', 1],
    ] as const)
      expect(() => checkTargets(BOARD, asked, [parseTarget(label)])).toThrow(
        expect.objectContaining({
          code: 'TOPIARY_TRACKS_BAD_RECIPE',
          details: expect.objectContaining({ where: `target ${label}, step ${step}` }),
        }),
      );
  });
});

describe('a protocol that moved on', () => {
  const track = trackById('classification');
  const moved = {
    ...track,
    protocol: { ...track.protocol, version: 'classification/3' },
    earlier: [...track.earlier, { protocol: track.protocol, boards: track.boards }],
  };
  const { current, frozen } = boardsOf(moved);

  it('leaves its boards readable under their version, frozen, and names all versions', () => {
    const [now, then] = [current.map(({ board }) => board), frozen.map(({ board }) => board)];
    expect(boardOf(BOARD.id, now, then)).toMatchObject({ version: '3', frozen: false, versions: ['1', '2', '3'] });
    const old = boardOf(`${BOARD.id}@2`, now, then);
    expect(old).toMatchObject({ ...BOARD, versions: ['1', '2', '3'], frozen: true });
    expect(addressOf(old)).toBe(`${BOARD.id}@2`);
    expect(addressOf(boardOf(BOARD.id, now, then))).toBe(BOARD.id);
    expect(() => boardOf(`${BOARD.id}@4`, now, then)).toThrow(/expected one of 1, 2, 3; got 4/);
    expect(() => boardOf(`${BOARD.id}@1@2`, now, then)).toThrow(/expected one of 1, 2, 3; got 1@2/);
  });

  it('that gave up a board leaves what was measured on it at its old address', () => {
    const { current: left, frozen: kept } = boardsOf({ ...moved, boards: track.boards.slice(1) });
    const [now, then] = [left.map(({ board }) => board), kept.map(({ board }) => board)];
    expect(boardOf(`${BOARD.id}@2`, now, then)).toMatchObject({ version: '2', versions: ['1', '2'], frozen: true });
    expect(() => boardOf(BOARD.id, now, then)).toThrow(
      expect.objectContaining({ code: 'TOPIARY_TRACKS_UNKNOWN_BOARD' }),
    );
    expect(() => boardOf(`${BOARD.id}@3`, now, then)).toThrow(/expected one of 1, 2; got 3/);
  });
});
