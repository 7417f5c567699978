/** The leaderboard’s facts and pictures: verdicts, ranks, fronts and tables by hand. */
import type { Board, MetricDescription, Row, TrackDescription } from '@topiary/contracts';
import { describe, expect, it } from 'vitest';
import { leaderboardColumns } from '../../../apps/web/src/features/leaderboard/columns.js';
import { latexTable } from '../../../apps/web/src/features/leaderboard/export.js';
import { rankingTitle } from '../../../apps/web/src/features/leaderboard/ranking-title.js';
import { changeOf, rankingsOf, rankText } from '../../../apps/web/src/features/leaderboard/rows.js';
import { shownColumns } from '../../../apps/web/src/features/leaderboard/shown-columns.js';
import { verdict } from '../../../apps/web/src/features/leaderboard/verdict.js';
import { costChoices, valueChoices } from '../../../apps/web/src/features/plot/axes.js';
import { paretoData } from '../../../apps/web/src/features/plot/pareto-data.js';
import { addressOf, differenceUnit, inOrder, isControl } from '../../../apps/web/src/lib/tracks.js';

const top1: MetricDescription = {
  id: 'top1',
  title: 'Top-1',
  unit: '%',
  direction: 'higher',
  digits: 2,
  estimator: 'share',
  bounds: [0, 100],
};
const axis = (id: string, title: string, unit = '', perMachine = false) =>
  ({ id, title, unit, digits: 3, scale: 'log', perMachine }) as const;
const track = {
  id: 'ours',
  metrics: [top1],
  phases: ['base', 'pruned', 'finetuned'].map((id) => ({ id, title: id })),
  axes: [axis('macs', 'MACs'), axis('params', 'Parameters'), axis('latency', 'Latency', 'ms', true)],
  targetAxis: 'macs',
  controls: [
    { id: 'random', title: 'random pruning', recipe: { criterion: 'random', procedure: null }, same: [], nearest: '' },
  ],
  apart: [{ field: 'regularizer', present: 'regularizer', absent: 'criterion' }],
} as unknown as TrackDescription;
/** Judged by an error, on an axis of its own. */
const other = {
  ...track,
  metrics: [
    { id: 'error', title: 'Error', unit: '', direction: 'lower', digits: 4, estimator: 'mean', bounds: [0, null] },
    { id: 'likeness', title: 'Likeness', unit: '', direction: 'higher', digits: 2, estimator: 'set', bounds: [0, 1] },
  ],
  axes: [axis('trajectory', 'MACs of a trajectory'), axis('slots', 'Bytes held', 'B'), ...track.axes],
  targetAxis: 'trajectory',
  controls: [{ ...track.controls[0]!, id: 'fewer-steps', title: 'fewer steps', recipe: { procedure: 'fewer-steps' } }],
} as unknown as TrackDescription;
const board = {
  title: 'A board',
  protocol: 'Its protocol',
  versions: ['1'],
  version: '1',
  frozen: false,
  id: 'b',
  targets: [2, 4].map((value) => ({ axis: 'macs', value, label: `${value}x` })),
  base: { metrics: [{ id: 'top1', value: 90, n: 1000 }], params: 100, macs: { pure: 1e6, published: 1e6 } },
} as unknown as Board;

const row = (id: string, value: number, rank: number, tier: number, above: [number, number, number], x = 2): Row =>
  ({
    id,
    rank,
    tier,
    ranking: `${x}x`,
    provenance: 'measured',
    division: 'closed',
    splitHash: 'abc',
    submission: id,
    label: id,
    recipe: { criterion: id },
    target: { axis: 'macs', value: x, label: `${x}x` },
    metrics: [{ id: 'top1', phase: 'finetuned', value, low: value - 0.5, high: value + 0.5, n: 3 }],
    aboveRandom: { value: above[0], low: above[1], high: above[2] },
    macs: { pure: { base: 1e6, left: 1e6 / x }, published: { base: 1e6, left: 1e6 / x } },
    costs: { macs: { base: 1e6, left: 1e6 / x }, params: { base: 100, left: 100 / x } },
    seeds: [0, 1, 2],
    seconds: 3,
    stepSeconds: null,
    epochSeconds: null,
    openDisputes: 0,
    note: null,
    at: null,
    submitter: null,
    flags: [],
  }) as unknown as Row;

const rows = [
  row('taylor', 88, 1, 1, [3, 2.5, 3.5]),
  row('l2', 87.9, 1, 1, [2.9, 2.4, 3.4]),
  row('weak', 85.2, 3, 2, [0.2, -0.4, 0.8]),
  row('random', 85, 4, 2, [0, 0, 0]),
  row('taylor', 80, 1, 1, [5, 4, 6], 4),
  row('random', 75, 2, 2, [0, 0, 0], 4),
].map((one, i) => ({ ...one, id: `row-${i}` }));
const paper: Row = { ...row('paper', 99, 1, 1, [0, 0, 0]), id: 'paper', ranking: 'paper', provenance: 'reported' };

describe('a leaderboard', () => {
  it('marks shared ranks, apart from those of reported rows', () => {
    const two = [...rows.slice(0, 4), paper];
    expect(two.map((one) => rankText(one, two))).toEqual(['1=', '1=', '3', '4', '1']);
    expect(rankText({ ...rows[0]!, rank: null }, two)).toBe('–');
  });
  it('keeps divisions and test splits apart', () => {
    const open: Row = { ...rows[0]!, id: 'open', ranking: '2x open', division: 'open' };
    const other: Row = { ...rows[0]!, id: 'other', ranking: '2x other', splitHash: 'def' };
    const all = [...rows.slice(0, 4), open, other, paper];
    expect(
      rankingsOf(all, track).map(({ kind, splitHash, rows: members }) => [kind, splitHash, members.length]),
    ).toEqual([
      ['closed', 'abc', 4],
      ['open', 'abc', 1],
      ['closed', 'def', 1],
      ['reported', 'abc', 1],
    ]);
    expect(rankText(open, all)).toBe('1');
    expect(verdict(all, track, '2x')).toEqual(verdict(rows.slice(0, 4), track, '2x'));
  });
  it('says who leads, how surely, and who is no better than chance', () => {
    expect(verdict(rows.slice(0, 4), track, '2x')).toEqual([
      'taylor leads at 2x with 88.0 ± 0.5 %.',
      'That is 3.0 ± 0.5 pp above random pruning.',
      'The first 2 cannot be told apart.',
      '1 method cannot be told from random pruning.',
    ]);
    expect(verdict([paper], track, '2x')[0]).toBe('In papers, paper leads at 2x with 99.0 ± 0.5 %.');
  });
  it('measures changes from the base model', () =>
    expect(changeOf(rows[0]!, board, top1)).toEqual({ value: -2, low: -2.5, high: -1.5 }));
  it('draws the front without reported rows, and the random bar from the base on', () => {
    const data = paretoData(board, [...rows, paper], track, { target: '2x' });
    expect(data.front).toEqual([
      { cost: 0.25, value: 80 },
      { cost: 0.5, value: 88 },
      { cost: 1, value: 90 },
    ]);
    expect(data.control.map(({ cost, value }) => [cost, value])).toEqual([
      [1, 90],
      [0.5, 85],
      [0.25, 75],
    ]);
    expect(data.points.filter(({ inTarget }) => inTarget).length).toBe(5);
    expect(data.x.ticks?.map(({ at, lines }) => [at, lines])).toEqual([
      [1, ['1x', '1\u202fM']],
      [0.5, ['2x', '0.5\u202fM']],
      [0.25, ['4x', '0.25\u202fM']],
    ]);
  });
});

const denoised = (id: string, recipe: object, error: number, trajectory: number): Row =>
  ({
    ...rows[0]!,
    id,
    label: id,
    recipe,
    ranking: 'own',
    metrics: [
      { id: 'error', phase: 'finetuned', value: error, low: null, high: null, n: 2 },
      { id: 'likeness', phase: 'finetuned', value: 0.5, low: null, high: null, n: 2 },
    ],
    costs: {
      trajectory: { base: 4e9, left: trajectory },
      slots: { base: 2048, left: 1024 },
      latency: { base: 2, left: 0.5 },
    },
  }) as unknown as Row;

describe('a track of another kind', () => {
  const cached = denoised('cached', { procedure: 'cache' }, 0.1, 1e9);
  const fewer = denoised('fewer', { procedure: 'fewer-steps' }, 0.2, 1e9);
  const both = [
    { ...cached, aboveRandom: { value: 0.1, low: 0.05, high: 0.15 } },
    { ...fewer, rank: 2, tier: 2, aboveRandom: null },
  ];
  const bare = { ...board, base: null } as Board;

  it('has the columns of its own metrics and axes, and says what a row lacks by leaving them out', () => {
    const columns = leaderboardColumns(bare, both, other);
    const heads = columns.filter(({ id }) => !['cost', 'provenance', 'seeds'].includes(id)).map(({ header }) => header);
    expect(heads).toEqual([
      'Place',
      'Method',
      'Error',
      'Above fewer-steps',
      'Likeness',
      'MACs of a trajectory',
      'Bytes held',
      'Latency',
    ]);
    expect(columns.filter(({ compact }) => compact).map(({ id }) => id)).toEqual([
      'rank',
      'method',
      'metric',
      'above-random',
      'trajectory',
    ]);
    expect(columns.find(({ id }) => id === 'slots')).toMatchObject({ sort: 'slots' });
    expect(shownColumns(columns, 'latency').map(({ id }) => id)).toEqual(['method', 'latency']);
    expect(shownColumns(columns, 'nonsense').length).toBe(5);
    const mixed = leaderboardColumns(bare, [both[0]!, { ...both[1]!, provenance: 'shipped' }], other);
    expect(shownColumns(mixed, null).map(({ id }) => id)).toContain('provenance');
  });
  it('speaks of its own control, in its own unit', () => {
    expect(verdict(both, other, 'free')).toEqual([
      'cached leads at free with 0.1000.',
      'That is 0.10 ± 0.05 above fewer steps.',
    ]);
    expect(differenceUnit(other.metrics[0]!)).toBe('');
    expect(differenceUnit(top1)).toBe('pp');
    // A mean in percent differs by percent: only shares differ by points.
    expect(differenceUnit({ ...top1, estimator: 'mean' })).toBe('%');
    expect(both.map((one) => isControl(one, other))).toEqual([false, true]);
  });
  it('draws all rows of a control that is a curve, whatever their targets, from the base on', () => {
    const curve = { ...other.controls[0]!, id: 'shorter', title: 'shorter', curve: true };
    const withCurve = { ...other, controls: [...other.controls, curve] };
    const costs = [0.6, 0.8, 0.4].map((left) => ({ ...both[1]!.costs, trajectory: { base: 1, left } }));
    const shorter = costs.map((own, i) => ({ ...both[1]!, id: `shorter-${i}`, control: 'shorter', costs: own }));
    const { curves } = paretoData(bare, [both[0]!, ...shorter], withCurve, { target: null });
    expect(curves.map(({ id, places }) => [id, places.map(({ cost }) => cost)])).toEqual([
      ['shorter', [0.8, 0.6, 0.4]],
    ]);
    expect(paretoData(bare, both, withCurve, { target: null }).curves).toEqual([]);
  });
  it('is drawn against its own axes, its control as the dashed line', () => {
    const data = paretoData(bare, both, other, { target: null });
    expect([data.x.title, data.y.title, data.controlName]).toEqual([
      'MACs of a trajectory left',
      'Error',
      'fewer-steps',
    ]);
    expect(data.points.map(({ cost }) => cost)).toEqual([0.25, 0.25]);
    expect(data.control).toHaveLength(1);
    expect(paretoData(bare, both, other, { target: null, cost: 'slots' }).points[0]!.cost).toBe(1024);
    expect(costChoices(other).map(({ id }) => id)).toEqual([
      'trajectory',
      'slots',
      'macs',
      'params',
      'latency',
      'cost',
    ]);
    expect(valueChoices(other).map(({ id }) => id)).toEqual(['metric', 'change', 'above-random', 'likeness']);
  });
  it('goes into LaTeX ranking by ranking, with a column an axis', () => {
    const table = latexTable(board, '2x', [both[0]!, { ...both[1]!, ranking: 'open', division: 'open' }], other);
    expect(table).toContain('Error & Above fewer-steps & MACs of a trajectory (\\%) & Bytes held (\\%) & MACs (\\%)');
    expect(table.match(/\\midrule/g)).toHaveLength(2);
    expect(table).toContain('\\multicolumn{10}{l}{\\emph{Open division');
    expect(table).toContain('$0.1000$ & $+0.10 \\pm 0.05$ & 25.0 & 50.0 & -- & --');
  });
  it('says on which pictures where these are not the board’s own: a part by its name, even first, others by their hash', () => {
    const parts = [{ hash: 'abc', title: 'a tenth of the pictures' }];
    const ownRow = row('fpgm', 80, 1, 1, [1, 0, 2]);
    const rows = [ownRow, { ...ownRow, ranking: 'strange', splitHash: '0123456789abcdef' }];
    const [ours, others] = rankingsOf(rows, track);
    expect(rankingTitle(ours!, 'abc', {})).toBeNull();
    expect(rankingTitle(ours!, 'abc', { parts })).toBe('On a tenth of the pictures.');
    expect(rankingTitle(others!, 'abc', { parts })).toBe('Another test split (01234567).');
    expect(latexTable({ ...board, parts }, '2x', rows, track)).toContain('\\emph{On a tenth of the pictures.}');
  });
  it('goes into LaTeX with places where tests leave several, and in bold what nothing beats', () => {
    const place = (from: number, to: number) => ({ from, to, text: `${from}-${to}` });
    const placed = [
      { ...both[0]!, place: place(1, 2) },
      { ...both[0]!, place: null },
    ];
    const [first, second] = latexTable(board, '2x', placed, other)
      .split('\n')
      .filter((line) => line.includes('0.1000'));
    expect(first).toMatch(/^ +1--2 & .*\\boldmath/);
    // it has a rank, as every row has that has a value; but what stands beside places and has none is not ranked
    expect(second).toMatch(/^ +-- & /);
  });
  it('offers its own targets first, then those on other axes, and last what asks for nothing', () => {
    const target = (axis: string, value: number, label: string) => ({ axis, value, label });
    const all = [
      target('trajectory', 1, 'free'),
      target('slots', 2, 'slots:2x'),
      target('trajectory', 4, '4x'),
      target('trajectory', 2, '2x'),
    ];
    expect(inOrder(all, other).map(({ label }) => label)).toEqual(['2x', '4x', 'slots:2x', 'free']);
  });
  it('gives an earlier version of a board an address of its own', () => {
    expect(addressOf({ id: 'a.b.c', version: '1', frozen: true })).toBe('a.b.c@1');
    expect(addressOf({ id: 'a.b.c', version: '2', frozen: false })).toBe('a.b.c');
  });
});
