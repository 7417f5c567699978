/** The table of differences from PruningBench is made from what methods and boards say of themselves. */
import { METHODS } from '@topiary/methods/catalogue';
import { boardOf, differences } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const rowOf = (id: string, rows = differences(BOARD)) => rows.find((row) => row.id === id)!;

describe('differences', () => {
  it('names every difference that a method has once, with all methods that have it', () => {
    const rows = differences(BOARD);
    expect(new Set(rows.map(({ what }) => what)).size).toBe(rows.length);
    for (const { id, kind, deviations = [] } of METHODS) {
      for (const { what } of deviations) {
        expect(rows.find((row) => row.what === what)!.methods).toContainEqual(expect.objectContaining({ kind, id }));
      }
    }
    expect(rowOf('raw-weights').methods.map(({ id }) => id)).toEqual(['fpgm']);
    expect(rowOf('repeats-first').methods.length).toBeGreaterThan(8);
  });

  it("says a board's own budget beside the published one, and nothing of budgets without a board", () => {
    const { steps, batch } = BOARD.finetune;
    expect(rowOf('training').what).toContain(`fine-tuning takes ${steps} steps of ${batch} examples`);
    expect(rowOf('training', differences())).toBeUndefined();
  });

  it('says how often criteria are estimated, of a board its own number', () => {
    expect(rowOf('solver').what).toMatch(/each of 400 steps\. Here all criteria are estimated 20 times/);
    const board = boardOf('classification.vit-tiny.shapes32');
    expect(rowOf('solver', differences(board)).what).toMatch(/estimated 10 times/);
  });
});

describe('deviations of methods', () => {
  const OURS = METHODS.filter(({ kind }) => kind !== 'procedure');

  it.each(OURS.map(({ id, kind }) => `${kind} ${id}`))('%s says how it differs, in whole sentences', (name) => {
    const { deviations } = OURS.find(({ id, kind }) => `${kind} ${id}` === name)!;
    expect(deviations).toBeDefined();
    expect(new Set(deviations!.map(({ id }) => id)).size).toBe(deviations!.length);
    for (const { what, why } of deviations!) {
      expect(what).toMatch(/^[A-Z].*\. Here.*\.$|^[A-Z].*\.$/);
      expect(why).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('speak of parameters that the method has', () => {
    for (const { parameters, deviations = [] } of OURS) {
      for (const { what, why } of deviations) {
        for (const [, id] of `${what} ${why}`.matchAll(/`(\w+)[^`]*`/g)) {
          expect(parameters.map((parameter) => parameter.id)).toContain(id);
        }
      }
    }
  });
});
