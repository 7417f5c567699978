/** What the page says of a detector's boxes is what COCO's evaluator says of them. */
import type { ShownDetection, ShownTruth } from '@topiary/contracts';
import { drawBoxShapes, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { listOf, verdictsOf } from '../../../apps/web/src/features/views/detector/verdicts.js';
import { EVERY_SIZE, matchPicture } from '../../../packages/tasks/src/detection/match.js';
import { ofClass } from '../../../packages/tasks/src/detection/ranked.js';
import type { Corners, Detection, GroundTruth } from '../../../packages/tasks/src/detection/types.js';

const shown = ([left, top, right, bottom]: Corners) => [left, top, right - left, bottom - top] as ShownTruth['box'];
const truth = (box: ShownTruth['box'], c = 0, flags: Partial<ShownTruth> = {}): ShownTruth => ({
  box,
  class: c,
  crowd: false,
  difficult: false,
  ...flags,
});
const said = (box: ShownTruth['box'], score: number, c = 0): ShownDetection => ({ box, class: c, score });

describe('verdicts on boxes', () => {
  it('are those of the evaluator at an overlap of one half', () => {
    const random = randomFrom('verdicts');
    const { pictures } = drawBoxShapes({ split: 'verdicts', length: 60 });
    let [hits, wrong] = [0, 0];
    for (const { truths: drawn } of pictures) {
      const truths: GroundTruth[] = drawn.map((one) => ({ ...one, class: one.class % 2, crowd: random.chance(0.15) }));
      const detections: Detection[] = truths
        .flatMap((one) => [one, one])
        .map(({ box, class: c }) => ({
          box: box.map((x) => x + random.between(-8, 8)) as unknown as Corners,
          class: random.chance(0.8) ? c : 1 - c,
          score: random.unit(),
        }))
        .filter(({ box }) => box[2] > box[0] && box[3] > box[1]);
      const judged = verdictsOf(
        truths.map(({ box, ...rest }) => ({ box: shown(box), ...rest })),
        detections.map(({ box, ...rest }) => ({ box: shown(box), ...rest })),
        0,
      );
      for (const c of [0, 1]) {
        const match = matchPicture(ofClass({ truths, detections }, c), EVERY_SIZE);
        const count = (bits: Uint16Array) => bits.reduce((sum, bit) => sum + (bit & 1), 0);
        const of = (verdict: string) => judged.filter((one) => one.class === c && one.verdict === verdict).length;
        expect(of('hit')).toBe(count(match.hits));
        expect(of('missed')).toBe(match.truths - count(match.hits));
        expect(of('wrong')).toBe(match.scores.length - count(match.hits) - count(match.ignored));
        hits += of('hit');
        wrong += of('wrong');
      }
    }
    expect(Math.min(hits, wrong)).toBeGreaterThan(50);
  });

  it('change with the threshold: what is no longer said is missed', () => {
    const truths = [truth([0, 0, 40, 40]), truth([50, 50, 40, 40], 1)];
    const detections = [said([0, 0, 40, 40], 0.9), said([50, 50, 40, 40], 0.3, 1), said([100, 0, 20, 20], 0.6)];
    const at = (least: number) => verdictsOf(truths, detections, least).map(({ verdict }) => verdict);
    expect(at(0.25)).toEqual(['hit', 'wrong', 'hit']);
    expect(at(0.5)).toEqual(['hit', 'wrong', 'missed']);
    expect(at(0.95)).toEqual(['missed', 'missed']);
  });

  it('leave difficult objects and crowds alone', () => {
    const truths = [truth([0, 0, 40, 40], 0, { difficult: true }), truth([100, 100, 80, 80], 0, { crowd: true })];
    const detections = [said([0, 0, 40, 40], 0.9), said([110, 110, 20, 20], 0.8), said([120, 120, 20, 20], 0.7)];
    expect(verdictsOf(truths, detections, 0)).toEqual([]);
  });

  it('are told in words', () => {
    expect(
      listOf([truth([0, 0, 1, 1], 1), truth([0, 0, 1, 1]), truth([0, 0, 1, 1], 1)], ['disc', 'ring', 'plus']),
    ).toBe('1 disc, 2 ring');
  });
});
