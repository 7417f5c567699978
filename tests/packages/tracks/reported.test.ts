/**
 * Published tables against what is printed in them: how many rows, the order that each column's own ranks give, and the
 * base network that parameters and percentages imply. Where print contradicts itself, the slips are named here.
 */
import { BOARDS, boardOf, type ReportedRow, reportedOn, SHEETS, trackOf } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';

const sheet = (id: string) => SHEETS.find((one) => one.id === id)!;
const rowOf = (board: string, label: string, target: string): ReportedRow =>
  reportedOn(board).find((row) => row.label === label && row.target.label === target)!;
const outcome = ({ metrics }: ReportedRow) => metrics.find(({ phase }) => phase === 'finetuned')!.value;
const change = (row: ReportedRow) => outcome(row) - row.metrics.find(({ phase }) => phase === 'base')!.value;

/** PruningBench's printed ranks, row by row, criteria before rows with a regularizer. */
const PRINTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'classification.resnet50.cifar100': {
    '2x': '1 2 3 4 5 6 7 8 9 10 11 12 / 1 2 3 4 5',
    '4x': '6 5 1 2 3 8 7 9 4 11 10 12 / 2 1 4 3 5',
    '8x': '6 7 4 2 5 8 3 11 1 9 10 12 / 2 5 3 4 1',
  },
  'classification.resnet18.cifar100': {
    '2x': '1 2 3 4 5 6 7 8 9 10 11 12 / 1 2 3 4 5',
    '4x': '4 6 9 1 2 5 8 3 7 10 11 12 / 4 5 2 3 1',
    '8x': '5 4 11 1 10 2 6 3 7 12 9 8 / 4 5 3 2 1',
  },
  'classification.vgg19.cifar100': {
    '2x': '1 2 3 4 5 6 7 8 9 10 11 12 / 1 2 3 4 5',
    '4x': '10 6 4 1 2 9 5 3 8 7 11 12 / 1 5 3 4 2',
    '8x': '11 5 2 10 1 6 3 9 7 4 8 12 / 1 3 4 5 2',
  },
  'classification.vit-small.imagenet': {
    '2x': '1 2 3 4 5 6 7 7 8 / 1 2 3',
    '3x': '5 9 2 1 3 7 4 6 8 / 1 2 3',
    '4x': '5 9 4 1 2 6 3 7 8 / 1 3 2',
  },
  'detection.yolov8m.coco': {
    '2x': '1 2 3 4 5 6 7 8 9 10 11 / 1 2 3 4 5',
    '3x': '4 2 1 8 3 5 6 11 7 10 9 / 4 3 5 2 1',
    '4x': '5 4 2 6 3 1 8 10 9 11 7 / 5 2 4 3 1',
  },
  'classification.resnet18.imagenet': {
    '2x': '1 2 3 4 5 6 7 8 9 10 11 12 / 1 2 3 4 5',
    '3x': '5 4 7 1 2 8 3 6 9 10 11 12 / 5 2 1 3 4',
    '4x': '4 2 8 1 5 3 6 7 9 12 10 11 / 2 5 3 1 4',
  },
  'classification.resnet50.imagenet': {
    '2x': '1 2 3 4 5 6 7 8 9 10 11 12 / 1 2 3 4 5',
    '3x': '8 5 2 1 7 4 10 3 6 12 9 11 / 1 4 2 3 5',
    '4x': '8 4 2 1 6 3 9 5 7 12 10 11 / 1 3 2 5 4',
  },
};

/** What the benchmark's own numbers contradict: ranks that were swapped. */
const SWAPPED = [
  'classification.vit-small.imagenet 4x: 6 7 for OBD-Hessian, CP',
  'detection.yolov8m.coco 4x: 2 1 for MagnitudeL2 + GroupLASSO, MagnitudeL2 + GroupNorm',
  'classification.resnet50.imagenet 2x: 7 8 for OBD-Hessian, BNScale',
];

/** 1 + how many different outcomes are better: equal ones share a rank, and the next follows without a gap. */
const ranksOf = (rows: readonly ReportedRow[]): number[] =>
  rows.map((row) => 1 + new Set(rows.map(outcome).filter((other) => other > outcome(row))).size);

/** Ranks that differ from the printed ones. ResNet-18 and VGG-19 on CIFAR-100 at 2x print apart what two decimals make equal. */
const differences = (board: string): string[] =>
  Object.entries(PRINTED[board]!).flatMap(([target, text]) => {
    const rows = reportedOn(board).filter(
      (row) => row.target.label === target && row.source.title.startsWith('PruningBench'),
    );
    const parts = [rows.filter((row) => !row.recipe.regularizer), rows.filter((row) => row.recipe.regularizer)];
    return text.split(' / ').flatMap((part, i) => {
      const printed = part.split(' ').map(Number);
      const group = parts[i]!;
      expect(group.length).toBe(printed.length);
      const order = (values: readonly number[]) => values.map((value, at) => ({ value, at }));
      const ours = order(ranksOf(group));
      const wrong = ours.filter(({ at }) =>
        ours.some(
          (other) =>
            other.at !== at &&
            other.value !== ours[at]!.value &&
            Math.sign(printed[other.at]! - printed[at]!) !== Math.sign(other.value - ours[at]!.value),
        ),
      );
      const ranks = wrong.map(({ at }) => printed[at]).join(' ');
      return wrong.length === 0
        ? []
        : [`${board} ${target}: ${ranks} for ${wrong.map(({ at }) => group[at]!.label).join(', ')}`];
    });
  });

describe('PruningBench', () => {
  it('has seven tables of three targets: 339 outcomes, 12 criteria and 5 combinations where a model serves all', () => {
    const { tables } = sheet('pruningbench');
    expect(tables.map(({ board }) => board).sort()).toEqual(Object.keys(PRINTED).sort());
    expect(tables.map(({ rows }) => rows.length)).toEqual([17, 17, 17, 12, 16, 17, 17]);
    expect(tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells))).toHaveLength(339);
    const criteria = new Set(tables.flatMap(({ rows }) => rows.map(({ recipe }) => recipe?.criterion)));
    expect(criteria.size).toBe(12);
  });

  it('is ordered by its outcomes as its printed ranks say, but for three pairs that were swapped', () => {
    const all = Object.keys(PRINTED).flatMap(differences);
    expect([...all].sort()).toEqual([...SWAPPED].sort());
    const marked = sheet('pruningbench').tables.flatMap(({ board, rows }) =>
      rows.flatMap(({ label, cells }) =>
        cells.flatMap(({ target, printed }) => (printed?.rank ? [`${board} ${target} ${label} ${printed.rank}`] : [])),
      ),
    );
    expect(marked).toHaveLength(2 * SWAPPED.length);
  });

  it('prints parameters and percentages of one base network per table, but for six cells that are left out', () => {
    for (const { board, params, rows } of sheet('pruningbench').tables) {
      for (const { label, cells } of rows) {
        for (const { target, paramsM, keptPct } of cells) {
          if (!paramsM || !keptPct) continue;
          // two decimals of either: the implied base lies within what rounding leaves open
          const open = (0.0051 / paramsM + 0.0051 / keptPct) * (params! / 1e6) + 0.012;
          const implied = (100 * paramsM) / keptPct;
          expect(Math.abs(implied - params! / 1e6), `${board} ${label} ${target}`).toBeLessThan(open);
        }
      }
    }
    const left = sheet('pruningbench').tables.flatMap(({ rows }) =>
      rows.flatMap(({ cells }) => cells.filter(({ paramsM }) => paramsM === null)),
    );
    expect(left.every(({ printed }) => printed?.params)).toBe(true);
    expect(left).toHaveLength(6);
  });

  it.each([
    ['classification.resnet18.cifar100', 'HRank', '2x', -0.71],
    ['classification.vit-small.imagenet', 'Random', '3x', -33.934],
    ['detection.yolov8m.coco', 'OBD-Hessian', '3x', -11.092],
    ['detection.yolov8m.coco', 'BNScale', '3x', -10.644],
  ])('%s, %s at %s: the change is computed, and the printed one told', (board, label, target, delta) => {
    const row = rowOf(board, label, target);
    expect(change(row)).toBeCloseTo(delta, 9);
    expect(row.note).toMatch(/Printed with a change of -/);
  });

  it('keeps seconds of a step and of an epoch, and where the numbers stand', () => {
    const row = rowOf('classification.resnet50.imagenet', 'MagnitudeL2 + GrowingReg', '3x');
    expect(row).toMatchObject({
      stepSeconds: 0.081,
      epochSeconds: 3 * 3600 + 51 * 60 + 10,
      params: { base: 25_557_032, left: 14_910_000 },
      recipe: { criterion: 'magnitude-l2', regularizer: 'growing-reg', scope: 'global' },
      source: { url: 'https://arxiv.org/abs/2406.12315', table: 'ResNet-50 on ImageNet', year: 2024 },
    });
    expect(rowOf('classification.resnet50.imagenet', 'HRank', '2x').stepSeconds).toBe(4040);
  });
});

describe('DepGraph and Isomorphic Pruning', () => {
  it('print what their own numbers contradict: four changes', () => {
    const changes = ['torch-pruning', 'isomorphic'].flatMap((id) =>
      sheet(id).tables.flatMap(({ board, rows }) =>
        rows.flatMap(({ label, cells }) =>
          cells.flatMap(({ printed, target }) =>
            printed?.delta ? [[label, printed.delta, change(rowOf(board, label, target)).toFixed(2)]] : [],
          ),
        ),
      ),
    );
    expect(changes).toEqual([
      ['HRank', '-0.09', '-1.09'],
      ['SFP', '+0.23', '-0.23'],
      ['GroupNorm with SL', '+0.38', '0.24'],
      ['Isomorphic pruning (4.5 G)', '+0.16', '0.18'],
    ]);
  });

  it('stand at the nearest target, by the printed MACs or speed-up', () => {
    for (const { board } of [...sheet('torch-pruning').tables, ...sheet('isomorphic').tables]) {
      for (const { achieved, target, label } of reportedOn(board)) {
        expect(Math.abs(achieved / target.value - 1), `${board} ${label}`).toBeLessThanOrEqual(0.16);
      }
    }
    expect(rowOf('classification.deit-base-distilled.imagenet', 'Isomorphic pruning', '4x').achieved).toBeCloseTo(
      17.69 / 4.16,
      9,
    );
  });

  it('hold every row of the two tables', () => {
    const cells = (id: string) =>
      sheet(id).tables.map(({ board, rows }) => [board, rows.reduce((sum, row) => sum + row.cells.length, 0)]);
    expect(cells('torch-pruning')).toEqual([
      ['classification.resnet56.cifar10', 19],
      ['classification.vgg19.cifar100', 7],
      ['classification.vit-base.imagenet', 4],
      ['classification.vit-base.imagenet', 3],
    ]);
    expect(cells('isomorphic')).toEqual([
      ['classification.deit-base-distilled.imagenet', 19],
      ['classification.deit-small-distilled.imagenet', 3],
      ['classification.deit-tiny-distilled.imagenet', 8],
      ['classification.convnext-base.imagenet', 2],
      ['classification.resnet101.imagenet', 2],
      ['classification.resnet50.imagenet', 1],
    ]);
  });
});

it('every published table has a board, measured by the metric that ranks there', () => {
  for (const { board, metric } of SHEETS.flatMap(({ tables }) => tables)) {
    expect(trackOf(boardOf(board)).metrics[0]!.id).toBe(metric);
  }
  const reported = BOARDS.filter(({ id }) => reportedOn(id).length > 0).map(({ id }) => id);
  expect(new Set(SHEETS.flatMap(({ tables }) => tables.map(({ board }) => board)))).toEqual(new Set(reported));
});
