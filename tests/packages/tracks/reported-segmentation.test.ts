/** SlimSAM's tables as rows: what is printed, on the boards of the networks that it was compared with. */
import { BOARDS, boardOf, reportedOn, trackOf } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';

const boards = BOARDS.filter(({ track }) => track === 'segmentation').map(({ id }) => id);
const value = (board: string, label: string, target: string): number | undefined =>
  reportedOn(board)
    .find((row) => row.label === label && row.target.label === target)
    ?.metrics.find(({ phase }) => phase === 'finetuned')?.value;

describe('tables of SlimSAM', () => {
  it('stand on the boards of SAM-B and SAM-H', () => {
    expect(boards.map((board) => [board, reportedOn(board).length])).toEqual([
      ['segmentation.sam-tiny.scenes64', 0],
      ['segmentation.sam-vit-b.sa-1b', 12],
      ['segmentation.sam-vit-h.sa-1b', 8],
    ]);
  });

  /** mIoU by one point, percent: table 2 of the paper. */
  it.each([
    ['SlimSAM', 72.33, 67.4],
    ['Taylor', 71.15, 64.26],
    ['Hessian', 71.01, 63.56],
    ['Random', 71.03, 62.58],
    ['Magnitude', 69.96, 61.6],
    ['Distilled from scratch', 1.63, 1.34],
  ])('%s has %d at half of the widths and %d at 23 %', (label, half, quarter) => {
    const board = 'segmentation.sam-vit-b.sa-1b';
    expect([value(board, label, '4x'), value(board, label, 'free')]).toEqual([half, quarter]);
  });

  it('say by how much the network got cheaper, by the MACs that are printed', () => {
    const [row] = reportedOn('segmentation.sam-vit-b.sa-1b');
    expect(row!.achieved).toBeCloseTo(372 / 98, 9);
    expect(row!.macs.published).toEqual({ base: 372e9, left: 98e9 });
    expect(row!.note).toMatch(/prompts and decoder/);
    const base = row!.metrics.find(({ phase }) => phase === 'base')!;
    expect([base.id, base.value]).toEqual(['miou-point', 73.37]);
  });

  it('have rows that a board can show: its targets, its metric', () => {
    for (const board of boards)
      for (const row of reportedOn(board)) {
        const { targets } = boardOf(board);
        expect(targets.map(({ label }) => label)).toContain(row.target.label);
        const known = trackOf(boardOf(board)).metrics.map(({ id }) => id);
        for (const { id } of row.metrics) expect(known).toContain(id);
      }
  });
});
