/** Which boxes are right: the rule of COCO's evaluator at an overlap of one half, for one picture. */
import type { ShownDetection, ShownTruth } from '@topiary/contracts';

type Box = ShownTruth['box'];

const OVERLAP = 0.5;

export type Verdict = 'hit' | 'wrong' | 'missed';

export interface Judged {
  /** A detection, or an object that none found. */
  readonly verdict: Verdict;
  readonly box: Box;
  readonly class: number;
  /** Null: an object. */
  readonly score: number | null;
}

const overlap = ([ax, ay, aw, ah]: Box, { box: [bx, by, bw, bh], crowd }: ShownTruth): number => {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (crowd ? aw * ah : aw * ah + bw * bh - width * height);
};

/** Objects that nobody has to find: crowds, and what is marked difficult. */
const isFree = ({ crowd, difficult }: ShownTruth): boolean => crowd || difficult;

/** Detections with at least this score, best first, then the objects that they missed. A crowd makes no box wrong. */
export const verdictsOf = (
  truths: readonly ShownTruth[],
  detections: readonly ShownDetection[],
  least: number,
): readonly Judged[] => {
  const taken = new Set<ShownTruth>();
  const found = [...detections]
    .sort((a, b) => b.score - a.score)
    .filter(({ score }) => score >= least)
    .flatMap(({ box, class: c, score }): Judged[] => {
      const near = truths
        .filter((truth) => truth.class === c && (truth.crowd || !taken.has(truth)) && overlap(box, truth) >= OVERLAP)
        .sort((a, b) => Number(isFree(a)) - Number(isFree(b)) || overlap(box, b) - overlap(box, a));
      const [best] = near;
      if (best === undefined) return [{ verdict: 'wrong', box, class: c, score }];
      taken.add(best);
      return isFree(best) ? [] : [{ verdict: 'hit', box, class: c, score }];
    });
  const missed = truths
    .filter((truth) => !isFree(truth) && !taken.has(truth))
    .map(({ box, class: c }): Judged => ({ verdict: 'missed', box, class: c, score: null }));
  return [...found, ...missed];
};

/** "3 disc, 1 ring", in the order of the classes. */
export const listOf = (items: readonly { readonly class: number }[], classes: readonly string[]): string =>
  classes
    .map((name, c) => [name, items.filter((item) => item.class === c).length] as const)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${n} ${name}`)
    .join(', ');
