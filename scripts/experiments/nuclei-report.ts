/** What a run on nuclei leaves, and what all of them say: before and after, with an interval over seeds and pictures. */
import { compareRows, rowInterval } from '@topiary/stats';
import type { Clock } from '../bench/peer.js';
import { table } from '../bench/summary.js';
import { evidence, floatsFrom, POINTS } from './slimsam-claims.js';
import { said } from './slimsam-report.js';

interface Judgement {
  /** Of the encoder. */
  readonly params: number;
  readonly macs: number;
  readonly values: Readonly<Record<string, number>>;
  /** mIoU by one point of every picture: float32 in base64. */
  readonly answers: string;
}

export interface NucleiRun {
  readonly seed: number;
  readonly teacherSteps: number;
  readonly steps: number;
  /** Squares with a nucleus. */
  readonly pictures: { readonly train: number; readonly test: number };
  /** Of the squares that are tested on. */
  readonly hash: string;
  readonly before: Judgement;
  readonly after: Judgement;
  /** Milliseconds of one picture through the encoder, by the clock on the wall or the processor's; null: not measured yet. */
  readonly latency: {
    readonly before: number;
    readonly after: number;
    readonly threads: number;
    readonly clock: Clock;
    readonly load: number;
  } | null;
  readonly load: number;
}

const SIDES = ['before', 'after'] as const;

export const printNuclei = (runs: readonly NucleiRun[]): void => {
  if (runs.length === 0) return;
  const rows = SIDES.map((side) => {
    const of = (metric: string) => runs.map((run) => run[side].values[metric]!);
    const interval = rowInterval(
      evidence(
        side,
        runs.map((run) => floatsFrom(run[side].answers)),
      )!,
      POINTS,
      null,
    );
    const bounds = interval.low === null ? '' : ` [${interval.low.toFixed(2)}, ${interval.high!.toFixed(2)}]`;
    const times = runs.flatMap(({ latency }) => (latency === null ? [] : [latency[side]]));
    return [
      ...[side, `${runs.length}`, `${runs[0]![side].params}`, said(of('miou-point')), said(of('miou-box'))],
      ...[`${interval.value.toFixed(2)}${bounds}`, times.length === 0 ? '' : said(times)],
    ];
  });
  const head = ['', 'seeds', 'parameters', 'by a point', 'by a box', 'by pictures', 'ms'];
  console.log(`\nmean ± deviation over seeds; mIoU in percent\n${table(head, rows)}`);
  const [before, after] = SIDES.map(
    (side) =>
      evidence(
        side,
        runs.map((run) => floatsFrom(run[side].answers)),
      )!,
  );
  const apart = compareRows(after!, before!, POINTS, null);
  if (apart === null) return;
  const { difference, low, high } = apart;
  console.log(`after less before: ${difference.toFixed(2)} points [${low.toFixed(2)}, ${high.toFixed(2)}]`);
};
