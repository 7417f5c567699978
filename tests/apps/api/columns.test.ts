/** What a leaderboard is sorted by and what its CSV holds, for a track whose metrics and axes nobody has thought of here. */
import type { Row } from '@topiary/contracts';
import { atOnce, type LeaderboardRow } from '@topiary/stats';
import { trackById } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../apps/api/src/csv.js';
import { cursorAfter, startAfter } from '../../../apps/api/src/leaderboard-cursor.js';
import { type Columns, sortedRows as sortSteps } from '../../../apps/api/src/leaderboard-query.js';

const axis = (id: string, perMachine = false) =>
  ({ id, title: id, unit: '', digits: 3, scale: 'linear', perMachine }) as const;

const track = {
  metrics: [
    { id: 'error', title: 'Error', unit: '', direction: 'lower', digits: 4, estimator: 'mean', bounds: [0, null] },
  ],
  axes: [axis('macs'), axis('trajectory-macs'), axis('warm-up', true)],
} as unknown as Columns;

const row = (id: string, error: number, trajectory: number | null, more: object = {}): Row =>
  ({
    id,
    rank: 1,
    tier: 1,
    ranking: 'one',
    provenance: 'measured',
    division: 'closed',
    label: id,
    target: { axis: 'macs', value: 2, label: '2x' },
    achieved: 2,
    recipe: { criterion: 'taylor', regularizer: null, procedure: null, scope: 'local', next: [{}, {}] },
    metrics: [
      { id: 'error', phase: 'finetuned', value: error, low: null, high: null, std: null, n: 1, bootstrap: null },
      { id: 'error', phase: 'pruned', value: 9, low: null, high: null, std: null, n: 1, bootstrap: null },
      { id: 'error', phase: 'base', value: 0, low: null, high: null, std: null, n: 1, bootstrap: null },
    ],
    aboveRandom: null,
    params: { base: 10, left: 5 },
    macs: { pure: { base: 100, left: 50 }, published: { base: 110, left: 55 } },
    costs: {
      params: { base: 10, left: 5 },
      macs: { base: 100, left: 50 },
      'trajectory-macs': { base: 400, left: trajectory },
      'warm-up': { base: 8, left: error * 10 },
    },
    latency: null,
    seeds: [0],
    source: null,
    ...more,
  }) as unknown as Row;

const rows = [row('a', 0.3, 200), row('b', 0.1, null), row('c', 0.2, 100, { provenance: 'shipped' })];
const sortedRows = (...given: Parameters<typeof sortSteps>) => atOnce(sortSteps(...given));
const order = (sort: string) => sortedRows(rows as unknown as LeaderboardRow[], sort, track).map(({ id }) => id);

describe('sorting', () => {
  it('knows every axis of the track, missing values last whichever way', () => {
    expect(order('trajectory-macs')).toEqual(['c', 'a', 'b']);
    expect(order('-trajectory-macs')).toEqual(['a', 'c', 'b']);
  });
  it('leaves out what was measured on another machine', () => expect(order('warm-up')).toEqual(['b', 'a', 'c']));
  it('keeps the meaning of names that all tracks share: macs are those of the published count', () => {
    const pure = [row('x', 1, 1, { macs: { pure: { base: 1, left: 1 }, published: { base: 9, left: 9 } } }), ...rows];
    expect(sortedRows(pure as unknown as LeaderboardRow[], 'macs', track).at(0)!.id).toBe('x');
    expect(sortedRows(pure as unknown as LeaderboardRow[], '-macs', track).at(0)!.id).toBe('a');
  });
  it('sorts by the metric after everything that was done', () => {
    expect(order('error')).toEqual(['b', 'c', 'a']);
    expect(order('change')).toEqual(['b', 'c', 'a']);
  });
  it('refuses another column, naming those that there are', () => {
    expect(() => order('colour')).toThrow(/trajectory-macs.*error.*seconds/);
    expect(() => sortedRows([], 'trajectory-macs', trackById('classification'))).toThrow(/latency/);
  });
  it('pages through an order by an axis', () => {
    const sorted = sortedRows(rows as unknown as LeaderboardRow[], 'trajectory-macs', track);
    const cursor = cursorAfter(sorted[0]!, 'trajectory-macs', track);
    const ranked = rows as unknown as LeaderboardRow[];
    expect(startAfter(cursor, { rows: sorted, ranked }, 'trajectory-macs', track)).toBe(1);
    // The marked row has left: the page begins at what comes after it.
    expect(startAfter(cursor, { rows: sorted.slice(1), ranked }, 'trajectory-macs', track)).toBe(0);
  });
});

describe('the CSV', () => {
  const [head = '', ...lines] = toCsv(rows).trim().split('\r\n');
  const names = head.split(',');
  const of = (line: string) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell]));

  it('has two columns for an axis that has none yet, and none twice', () => {
    expect(of(lines[0]!)).toMatchObject({ trajectory_macs_base: '400', trajectory_macs_left: '200' });
    expect(of(lines[1]!)).toMatchObject({ trajectory_macs_base: '400', trajectory_macs_left: '' });
    expect(names.filter((name) => name.startsWith('params'))).toEqual(['params_base', 'params_left']);
    expect(new Set(names).size).toBe(names.length);
  });
  it('says what made a row, and with which it is ranked', () => {
    expect(of(lines[0]!)).toMatchObject({
      criterion: 'taylor',
      regularizer: '',
      scope: 'local',
      recipe_steps: '3',
      ranking: 'one',
    });
  });
  it('keeps the names that it had', () => {
    const old = [
      'rank',
      'tier',
      'label',
      'target',
      'error_finetuned',
      'error_base',
      'macs_published_left',
      'macs_pure_left',
    ];
    expect(names).toEqual(expect.arrayContaining([...old, 'latency_p50_ms', 'split_hash', 'note']));
  });
});
