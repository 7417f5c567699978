/** Recommendations against cases worked out by hand: a board of five rows on a base of 90 %, timed on two machines. */
import { type Candidate, recommend, type Wish } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const OPTIONS = {
  metric: { id: 'top1', direction: 'higher' },
  base: 90,
  targetAxis: 'macs',
  perMachine: ['latency'],
} as const;

interface Facts {
  readonly top1: number;
  readonly half?: number | null;
  readonly macs: number;
  readonly ms?: number | null;
  readonly machine?: string;
  readonly steady?: boolean;
}

const row = (
  id: string,
  { top1, half = 0.5, macs, ms = null, machine = 'ours', steady = true }: Facts,
  more: Partial<Candidate> = {},
): Candidate => ({
  id,
  control: null,
  provenance: 'measured',
  base: null,
  metrics: [
    {
      id: 'top1',
      phase: 'finetuned',
      value: top1,
      low: half === null ? null : top1 - half,
      high: half === null ? null : top1 + half,
      std: null,
      n: 3,
      bootstrap: null,
      interval: half === null ? 'none' : 'seeds and examples',
    },
  ],
  costs: { macs: { base: 100, left: macs }, ...(ms === null ? {} : { latency: { base: 10, left: ms } }) },
  latency: ms === null ? null : { p50Ms: ms, p99Ms: 2 * ms, baseP50Ms: 10, batch: 1, machine, isSteady: steady },
  seeds: [0, 1, 2],
  openDisputes: 0,
  contradicted: 0,
  ...more,
});

const BOARD = [
  row('careful', { top1: 89.2, macs: 50, ms: 6 }),
  row('close', { top1: 88.8, macs: 50, ms: 5.5 }),
  row('bold', { top1: 85, macs: 25, ms: 3 }),
  row('poor', { top1: 80, macs: 25, ms: 4 }),
  row('untimed', { top1: 89.4, macs: 50 }),
];

const wish = (more: Partial<Wish>): Wish => ({ spend: null, lose: null, machine: null, ...more });
const ms = (most: number) => ({ axis: 'latency', most });
const ask = (rows: readonly Candidate[], more: Partial<Wish>) => recommend(rows, wish(more), OPTIONS);
const told = (rows: readonly Candidate[], more: Partial<Wish>) =>
  ask(rows, more).choices.map(({ id, fit }) => `${id} ${fit}`);

describe('what is recommended', () => {
  it('of a time and a loss: what fits both, the surest first and then the least loss', () => {
    // losses 0.8 ± 0.5 and 1.2 ± 0.5: 1.5 points hold the whole of the first, the middle of the second
    expect(told(BOARD, { spend: ms(6), lose: 1.5 })).toEqual(['careful sure', 'close likely']);
    // 0.5 points hold the better end of the first alone
    expect(told(BOARD, { spend: ms(6), lose: 0.5 })).toEqual(['careful unlikely']);
    expect(told(BOARD, { spend: ms(2), lose: 1.5 })).toEqual([]);
  });

  it('of a time alone: whatever is fast enough, by what it loses', () => {
    expect(told(BOARD, { spend: ms(5.5) })).toEqual(['close sure', 'bold sure', 'poor sure']);
  });

  it('of a loss alone: the cheapest on the axis of the targets, and of two that cost the same the better', () => {
    expect(told(BOARD, { lose: 6 })).toEqual(['bold sure', 'untimed sure', 'careful sure', 'close sure']);
    // 51 is 50: a run may end a little beyond its target
    const two = [row('a', { top1: 88, macs: 50 }), row('b', { top1: 89, macs: 51 })];
    expect(told(two, { lose: 9 })).toEqual(['b sure', 'a sure']);
    // 49 to 51.5 are no longer all the same cost, but 51.5 is to 50.5 what 51 is to 50: a row that is beaten leads nothing
    const chain = [
      row('least', { top1: 82, macs: 49 }),
      row('beaten', { top1: 84, macs: 50.4 }),
      row('best', { top1: 86, macs: 51.5 }),
    ];
    expect(told(chain, { lose: 9 })[0]).toBe('best sure');
  });

  it('on another axis counts everywhere, whoever timed what', () => {
    expect(told(BOARD, { spend: { axis: 'macs', most: 25 } })).toEqual(['bold sure', 'poor sure']);
    const { unknown } = ask(BOARD, { spend: { axis: 'bytes', most: 25 } });
    expect(unknown.map(({ why }) => why)).toEqual(Array.from({ length: 5 }, () => 'not counted'));
  });

  it('where lower is better is worked out the other way round', () => {
    const options = { ...OPTIONS, metric: { id: 'top1', direction: 'lower' }, base: 2 } as const;
    const rows = [row('a', { top1: 2.4, half: 0.1, macs: 50 }), row('b', { top1: 3, half: 0.1, macs: 50 })];
    const { choices } = recommend(rows, wish({ lose: 0.45 }), options);
    expect(choices.map(({ id, fit }) => `${id} ${fit}`)).toEqual(['a likely']);
    expect(choices[0]!.loss.value).toBeCloseTo(0.4, 9);
    expect(choices[0]!.loss.low).toBeCloseTo(0.3, 9);
    expect(choices[0]!.loss.high).toBeCloseTo(0.5, 9);
  });
});

describe('how sure it is', () => {
  it('says what does better at no more cost, and whether surely', () => {
    const { choices } = ask(BOARD, { spend: ms(6) });
    const beaten = Object.fromEntries(choices.map(({ id, beatenBy }) => [id, beatenBy]));
    // nothing as fast as `bold` is better; `poor` is slower than it and five points worse
    expect(beaten).toEqual({ careful: null, close: null, bold: null, poor: { id: 'bold', surely: true } });
    const near = [row('a', { top1: 88, macs: 50 }), row('b', { top1: 88.5, macs: 50 })];
    expect(ask(near, { lose: 9 }).choices.map(({ id, beatenBy }) => [id, beatenBy])).toEqual([
      ['b', null],
      ['a', { id: 'b', surely: false }],
    ]);
  });

  it('names those that may be as good', () => {
    const { choices } = ask(BOARD, { spend: ms(6), lose: 3 });
    expect(choices.map(({ id, alike }) => [id, alike])).toEqual([
      ['careful', ['close']],
      ['close', ['careful']],
    ]);
  });

  it('is never sure without an interval, and says so, as of one seed and of doubts', () => {
    const one = row('a', { top1: 89, half: null, macs: 50 }, { seeds: [0], openDisputes: 1, contradicted: 2 });
    const [choice] = ask([one], { lose: 5 }).choices;
    expect(choice).toMatchObject({
      fit: 'likely',
      doubts: ['no interval', 'one seed', 'disputed', 'contradicted'],
    });
    expect(ask([row('a', { top1: 89, half: null, macs: 50 })], { lose: 0.5 }).choices).toEqual([]);
  });
});

describe('what is not known', () => {
  it('is said of every row that might fit, and never guessed', () => {
    const rows = [
      row('here', { top1: 88, macs: 50, ms: 5 }),
      row('elsewhere', { top1: 89, macs: 50, ms: 1, machine: 'theirs' }),
      row('restless', { top1: 89, macs: 50, ms: 1, steady: false }),
      row('untimed', { top1: 89, macs: 50 }),
      row('hopeless', { top1: 50, macs: 50 }),
    ];
    expect(ask(rows, { spend: ms(6), lose: 3, machine: 'ours' })).toMatchObject({
      machine: 'ours',
      choices: [{ id: 'here' }],
      unknown: [
        { id: 'elsewhere', why: 'timed elsewhere' },
        { id: 'restless', why: 'machine was not calm' },
        { id: 'untimed', why: 'not timed' },
      ],
      // it loses 40 points, however fast it may be
      beyond: 1,
    });
  });

  it('takes the times of the machine that timed most, unless another is asked for', () => {
    const rows = [
      row('a', { top1: 88, macs: 50, ms: 5 }),
      row('b', { top1: 88, macs: 50, ms: 5 }),
      row('c', { top1: 88, macs: 50, ms: 1, machine: 'theirs' }),
    ];
    expect(ask(rows, { spend: ms(6) }).machine).toBe('ours');
    expect(told(rows, { spend: ms(6), machine: 'theirs' })).toEqual(['c sure']);
    expect(ask([row('d', { top1: 88, macs: 50 })], { spend: ms(6) }).machine).toBeNull();
  });

  it('is the loss, where no base was measured; printed rows and controls cannot be had', () => {
    const bare = { ...OPTIONS, base: null };
    expect(recommend([row('a', { top1: 88, macs: 50 })], wish({ lose: 5 }), bare).unknown).toEqual([
      { id: 'a', why: 'no base' },
    ]);
    const own = row('b', { top1: 88, macs: 50 }, { base: 89 });
    expect(recommend([own], wish({ lose: 5 }), bare).choices[0]!.loss.value).toBeCloseTo(1, 9);
    const others = [
      row('printed', { top1: 89, macs: 50 }, { provenance: 'reported' }),
      row('chance', { top1: 89, macs: 50 }, { control: 'random' }),
    ];
    expect(ask(others, { lose: 5 })).toEqual({ machine: null, choices: [], unknown: [], beyond: 0 });
  });
});
