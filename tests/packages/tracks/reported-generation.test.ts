/** Published tables of diffusion models: how many rows, at which targets, and what their papers claim of them. */
import { type ReportedRow, reportedOn, SHEETS } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';
import { Generation } from '../../../packages/tracks/src/generation.js';

const fid = ({ metrics }: ReportedRow) => metrics.find(({ phase }) => phase === 'finetuned')!.value;
const baseOf = ({ metrics }: ReportedRow) => metrics.find(({ phase }) => phase === 'base')!.value;
const rowsIn = (sheet: string, board: string, table = ''): readonly ReportedRow[] =>
  reportedOn(`generation.${board}`).filter(
    ({ source }) => source.title.startsWith(sheet) && source.table.startsWith(table),
  );

describe('published tables of diffusion models', () => {
  it('hold every outcome that says what it costs', () => {
    const ids = ['tinyfusion', 'learning-to-cache', 'remix-dit', 'asyncdiff'];
    const cells = ids.map(
      (id) =>
        SHEETS.find((one) => one.id === id)!.tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells)).length,
    );
    expect(cells).toEqual([12, 16, 9, 15]);
  });

  it('stand at targets that their boards have, within a sixth of what is printed', () => {
    for (const { model, dataset, targets } of Generation.boards) {
      const rows = reportedOn(`generation.${model.id}.${dataset.id}`);
      expect(rows.length).toBeGreaterThan(0);
      for (const { target, achieved, label } of rows) {
        expect(targets, label).toContainEqual(target);
        expect(Math.abs(achieved / target.value - 1), label).toBeLessThan(0.16);
      }
      expect(new Set(rows.map(({ target }) => target.label))).toEqual(new Set(targets.map(({ label }) => label)));
    }
  });

  it('TinyFusion: what is learned beats what loss and similarity choose, at half the depth and as much training', () => {
    const rows = rowsIn('TinyFusion', 'dit-xl-2.imagenet256').filter(
      ({ target, label }) => target.label === '2x' && label.endsWith('100K steps'),
    );
    const order = [...rows].sort((a, b) => fid(a) - fid(b)).map(({ label }) => label.split(',')[0]);
    expect(order).toEqual([
      'TinyDiT with masked distillation',
      'TinyDiT',
      'Oracle (BK-SDM)',
      'Sensitivity',
      'ShortGPT',
      'Flux-Lite',
    ]);
    expect(rows.map(({ achieved }) => achieved.toFixed(2))).toEqual(rows.map(() => '2.00'));
  });

  it('Learning-to-Cache: better than fewer steps that cost about as much', () => {
    const tables = SHEETS.find(({ id }) => id === 'learning-to-cache')!.tables;
    const pairs = tables.map(({ board, title }) => {
      const [fewer, cached] = reportedOn(board).filter(({ source }) => source.table === title);
      return { title, gain: fid(fewer!) - fid(cached!), saves: cached!.achieved / fewer!.achieved };
    });
    for (const { title, gain, saves } of pairs) {
      expect(gain, title).toBeGreaterThan(0);
      expect(saves, title).toBeGreaterThan(0.96);
    }
  });

  it('Remix-DiT: better than as much more training, and than experts of their own', () => {
    for (const size of ['s', 'b', 'l']) {
      const [continued, experts, remix] = rowsIn('Remix', `dit-${size}-2.imagenet256`);
      const values = [remix, experts, continued].map((row) => fid(row!));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(values[2]).toBeLessThan(baseOf(remix!));
    }
  });

  it('AsyncDiff: as many MACs less on a device as components and stride say', () => {
    const achieved = rowsIn('AsyncDiff', 'sd-2-1.coco2017').map((row) => Math.round(10 * row.achieved) / 10);
    expect(achieved).toEqual([2, 3, 4, 4, 5.8]);
  });
});
