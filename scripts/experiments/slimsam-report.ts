/** What runs of SlimSAM and its rivals are, and what they say. */
import type { Params } from '@topiary/methods';
import type { Evaluation } from '@topiary/tasks';
import { table } from '../bench/summary.js';
import { textOfFloats } from './results.js';
import { type Claim, claimsOf } from './slimsam-claims.js';

export interface SlimRow {
  readonly id: string;
  /** Of the procedure, beside the share and the scope. */
  readonly params: Params;
  /** Training pictures that it may see. */
  readonly pictures: number;
}

export interface SlimRun {
  /** The network that everything begins with, by its hash. */
  readonly base: string;
  readonly row: string;
  /** Of the channels that left in each family of widths. */
  readonly share: number;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly pictures: number;
  /** Of the encoder. */
  readonly params: number;
  readonly macs: number;
  /** mIoU by one point after the last cut. */
  readonly pruned: number;
  readonly values: Readonly<Record<string, number>>;
  /** mIoU by one point of every test picture: float32 in base64. */
  readonly answers: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly load: number;
}

const ALL = 500;
const once = (id: string, params: Params): SlimRow => ({ id, params: { order: 'once', ...params }, pictures: ALL });

export const ROWS: readonly SlimRow[] = [
  { id: 'slimsam', params: {}, pictures: ALL },
  once('once-disturbed', {}),
  once('scratch', { begin: 'scratch' }),
  once('once-taylor', { which: 'taylor' }),
  once('once-hessian', { which: 'obd-hessian' }),
  once('once-random', { which: 'random' }),
  once('once-magnitude', { which: 'magnitude-l2' }),
  { id: 'inner-second', params: { intermediate: 'second' }, pictures: ALL },
  { id: 'inner-first', params: { intermediate: 'first' }, pictures: ALL },
  { id: 'pictures-100', params: {}, pictures: 100 },
  { id: 'pictures-250', params: {}, pictures: 250 },
];

export const answersText = ({ answers }: Evaluation): string => textOfFloats(answers!.values as Float32Array);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1));
};

export const said = (values: readonly number[], digits = 2): string =>
  values.length < 2
    ? mean(values).toFixed(digits)
    : `${mean(values).toFixed(digits)} ± ${deviation(values).toFixed(digits)}`;

const rowsOf = (runs: readonly SlimRun[]): string[][] => {
  const keys = [...new Set(runs.map(({ row, share }) => `${row}|${share}`))];
  return keys.map((key) => {
    const own = runs.filter(({ row, share }) => `${row}|${share}` === key);
    const of = (metric: string) => own.map(({ values }) => values[metric]!);
    const { row, share, params, macs } = own[0]!;
    return [
      ...[row, share.toFixed(2), `${own.length}`, `${params}`, `${(macs / 1e6).toFixed(1)} M`],
      ...[said(own.map(({ pruned }) => pruned)), said(of('miou-point')), said(of('miou-box'))],
      ...[said(of('retention'), 1), said(of('embedding-error'), 4)],
    ];
  });
};

const claimRow = (claim: Claim): string[] => {
  const { id, subject, difference, low, high, seeds, verdict, decidingSeeds } = claim;
  const deciding = verdict === 'inconclusive' ? (decidingSeeds === null ? 'more than 100' : `${decidingSeeds}`) : '';
  return [
    id,
    subject,
    `${difference.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`,
    `${seeds}`,
    verdict,
    deciding,
  ];
};

export const printSlimsam = (runs: readonly SlimRun[]): void => {
  const head = [
    'row',
    'share',
    'seeds',
    'parameters',
    'MACs',
    'cut',
    'by a point',
    'by a box',
    'retention',
    'embedding',
  ];
  console.log(`\nmean ± deviation over seeds; mIoU in percent of 200 pictures\n${table(head, rowsOf(runs))}`);
  const claims = claimsOf(runs).map(claimRow);
  const of = ['claim', 'what', 'points [95 %]', 'seeds', 'verdict', 'seeds to decide'];
  if (claims.length > 0) console.log(`\n${table(of, claims)}`);
};
