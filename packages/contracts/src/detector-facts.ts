/**
 * What a run of a detector leaves for pages to draw. Boxes are x, y, width, height in pixels of their picture; shares are
 * 0 … 1; null: there is nothing to measure.
 */
import { z } from 'zod';

const ShownBox = z.object({
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  class: z.number().int().min(0),
});

export const ShownTruth = ShownBox.extend({ crowd: z.boolean(), difficult: z.boolean() });
export type ShownTruth = z.infer<typeof ShownTruth>;

export const ShownDetection = ShownBox.extend({ score: z.number() });
export type ShownDetection = z.infer<typeof ShownDetection>;

/** View `boxes`: pictures of the showcase with what base and network found there, best first. */
export const BoxesFact = z.object({
  classes: z.array(z.string()),
  pictures: z.array(
    z.object({
      id: z.string(),
      width: z.number(),
      height: z.number(),
      image: z.string().startsWith('data:image/').describe('What stands in the picture is in none of its pixels'),
      truths: z.array(ShownTruth),
      base: z.array(ShownDetection),
      network: z.array(ShownDetection),
    }),
  ),
});
export type BoxesFact = z.infer<typeof BoxesFact>;

/** Of a network, and of the base beside it where that was evaluated in the same run. */
const beside = <T extends z.ZodType>(one: T) => z.object({ network: one, base: one.nullable() });

/** Which pictures, and how many. */
const On = z.object({ split: z.enum(['test', 'showcase']), pictures: z.number().int() });

const Share = z.number().nullable();

/** Precision at recall 0, .01 … 1 at an overlap of .5 and of .75. */
const PrecisionCurve = z.object({ at50: z.array(z.number()), at75: z.array(z.number()) });

/** F1 by the least score that counts, 0, .01 … 1. */
const ScoreCurve = z.object({
  f1: z.array(z.number()),
  best: z.object({ score: z.number(), f1: z.number() }),
});

/** View `precision-recall`: by class (null: no objects) and their mean, and F1 by the threshold of the score. */
export const PrecisionRecallFact = On.extend({
  classes: z.array(z.string()),
  curves: beside(
    z.object({
      classes: z.array(PrecisionCurve.nullable()),
      mean: PrecisionCurve.nullable(),
      score: ScoreCurve.nullable(),
    }),
  ),
});
export type PrecisionRecallFact = z.infer<typeof PrecisionRecallFact>;

export const ApRow = z.object({
  title: z.string(),
  truths: z.number().int().describe('Objects that count'),
  ap: Share,
  ap50: Share.optional().describe('Of classes'),
  ap75: Share.optional().describe('Of classes'),
  ar: Share.optional().describe('Of sizes: average recall with 100 detections'),
});
export type ApRow = z.infer<typeof ApRow>;

/** View `average-precision`: COCO's numbers by class and by size. */
export const AveragePrecisionFact = On.extend({
  classes: beside(z.array(ApRow)),
  sizes: beside(z.array(ApRow)),
  all: beside(z.array(z.object({ title: z.string(), value: Share }))),
});
export type AveragePrecisionFact = z.infer<typeof AveragePrecisionFact>;

/** View `confusion`: counts, rows what is there, columns what is said; last: nothing. */
export const ConfusionFact = On.extend({
  classes: z.array(z.string()),
  confusion: beside(
    z.object({
      score: z.number().describe('Only detections above it count'),
      iou: z.number().describe('Pairs overlap by more than this'),
      counts: z.array(z.array(z.number())),
    }),
  ),
});
export type ConfusionFact = z.infer<typeof ConfusionFact>;

const BaseAndLeft = z.object({ base: z.number(), left: z.number() });

/** View `parts`: multiply-accumulates (pure) and parameters of backbone, neck and head. */
export const PartsFact = z.object({
  parts: z.array(z.object({ title: z.string(), macs: BaseAndLeft, params: BaseAndLeft })),
});
export type PartsFact = z.infer<typeof PartsFact>;
