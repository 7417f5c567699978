/** What `shipped-orderings.ts` recorded, as the table of `scripts/experiments/README.md`. */
import type { SeedSpread } from '@topiary/stats';
import { markdownTable } from '../markdown.js';

export interface OrderingsOfRanking {
  readonly board: string;
  readonly target: string;
  readonly kind: 'criterion' | 'regularizer';
  readonly rows: number;
  readonly spread: SeedSpread;
  readonly pairs: number;
  readonly toldBefore: number;
  readonly stand: number;
  /** Without random pruning. */
  readonly realPairs: number;
  readonly realStand: number;
  readonly aboveRandom: number | null;
  readonly randomSeeds: number;
  readonly controlHalfWidth: number | null;
  /** Seeds of one row against its others, random pruning apart: it differs more from seed to seed than all else. */
  readonly nullPairs: number;
  readonly nullAlarms: number;
  readonly randomNullPairs: number;
  readonly randomNullAlarms: number;
  readonly places: readonly string[];
}

const sum = (ones: readonly OrderingsOfRanking[], of: (one: OrderingsOfRanking) => number): number =>
  ones.reduce((total, one) => total + of(one), 0);

const NAMES = { criterion: 'criteria', regularizer: 'regularizers' } as const;

const lineOf = (name: string, ones: readonly OrderingsOfRanking[], random: string): string[] => [
  name,
  `${sum(ones, (one) => one.toldBefore)}/${sum(ones, (one) => one.pairs)}`,
  `${sum(ones, (one) => one.stand)}/${sum(ones, (one) => one.pairs)}`,
  `${sum(ones, (one) => one.realStand)}/${sum(ones, (one) => one.realPairs)}`,
  random,
  `${sum(ones, (one) => one.nullAlarms)}/${sum(ones, (one) => one.nullPairs)}`,
  `${sum(ones, (one) => one.randomNullAlarms)}/${sum(ones, (one) => one.randomNullPairs)}`,
];

/** A line for each ranking, those of criteria first, and one for all of a kind. */
export const orderingsTable = (rankings: readonly OrderingsOfRanking[]): string =>
  markdownTable(
    [
      'ranking',
      'told by examples alone',
      'stand',
      'without random',
      'random ± points (seeds)',
      'seeds of one row told apart',
      'of random',
    ],
    (['criterion', 'regularizer'] as const).flatMap((kind) => {
      const ones = rankings.filter((one) => one.kind === kind);
      const lines = ones.map((one) => {
        const half = one.controlHalfWidth;
        const random = half === null ? '–' : `${half.toFixed(1)} (${one.randomSeeds})`;
        return lineOf(`${one.board.split('.')[1]} ${one.target} ${NAMES[kind]}`, [one], random);
      });
      return [...lines, lineOf(`all ${NAMES[kind]}`, ones, '')];
    }),
  );

/** What the table comes to, in sentences, and the table. */
export const orderingsText = (rankings: readonly OrderingsOfRanking[]): string => {
  const of = (kind: OrderingsOfRanking['kind']) => rankings.filter((one) => one.kind === kind);
  const stand = (kind: OrderingsOfRanking['kind'], name: string): string =>
    `${sum(of(kind), (one) => one.realPairs)} orderings between ${name} ${sum(of(kind), (one) => one.realStand)} stand`;
  const [alarms, nulls] = [sum(rankings, (one) => one.nullAlarms), sum(rankings, (one) => one.nullPairs)];
  const random = `${sum(rankings, (one) => one.randomNullAlarms)} of ${sum(rankings, (one) => one.randomNullPairs)}`;
  const share = ((100 * alarms) / nulls).toFixed(1);
  return [
    `Of ${stand('criterion', 'real criteria')}, of ${stand('regularizer', 'regularizers')}. One seed of a row against its others is told apart in ${alarms} of ${nulls} cases (${share} %), of random pruning in ${random}.`,
    orderingsTable(rankings),
  ].join('\n\n');
};
