/** What pages draw of a detector, from judged pictures: the words that views read are those of the contracts. */
import type {
  ApRow,
  AveragePrecisionFact,
  BoxesFact,
  ConfusionFact,
  PartsFact,
  PrecisionRecallFact,
  ShownDetection,
} from '@topiary/contracts';
import { elements, type Graph } from '@topiary/onnx';
import { count, trainableNames } from '@topiary/ops';
import type { CocoEvaluation } from './coco.js';
import { confusionOf } from './confusion.js';
import { precisionCurves, scoreCurve } from './curves.js';
import type { Judged } from './match.js';
import type { Annotated, Corners, Detection } from './types.js';

/** Detections of a picture that a page is given, and the least score of one. */
const [MOST, LEAST_SCORE] = [60, 0.05];

const rounded = (x: number, digits: number): number => Number(x.toFixed(digits));

/** Corners as x, y, width, height, to a tenth of a pixel. */
const shownBox = ([left, top, right, bottom]: Corners): [number, number, number, number] => [
  rounded(left, 1),
  rounded(top, 1),
  rounded(right - left, 1),
  rounded(bottom - top, 1),
];

const shownDetections = (detections: readonly Detection[]): ShownDetection[] =>
  [...detections]
    .sort((a, b) => b.score - a.score)
    .filter(({ score }) => score >= LEAST_SCORE)
    .slice(0, MOST)
    .map(({ box, score, class: c }) => ({ box: shownBox(box), score: rounded(score, 4), class: c }));

/** A picture of the showcase with what both networks found. */
export interface ShownPicture {
  readonly picture: Annotated;
  /** A data URL. */
  readonly image: string;
  readonly base: readonly Detection[];
  readonly network: readonly Detection[];
}

export const boxesFact = (classes: readonly string[], pictures: readonly ShownPicture[]): BoxesFact => ({
  classes: [...classes],
  pictures: pictures.map(({ picture: { id, width, height, truths }, image, base, network }) => ({
    id,
    width,
    height,
    image,
    truths: truths.map(({ box, class: c, crowd, difficult }) => ({ box: shownBox(box), class: c, crowd, difficult })),
    base: shownDetections(base),
    network: shownDetections(network),
  })),
});

/** One network on the pictures that numbers are of. */
export interface Evaluated {
  readonly judged: readonly Judged[];
  readonly coco: CocoEvaluation;
}

export interface EvaluatedPair {
  readonly split: 'test' | 'showcase';
  readonly classes: readonly string[];
  readonly network: Evaluated;
  /** Null: it was not evaluated beside it. */
  readonly base: Evaluated | null;
}

/** The same of both. */
const beside = <T>({ network, base }: EvaluatedPair, of: (one: Evaluated) => T): { network: T; base: T | null } => ({
  network: of(network),
  base: base && of(base),
});

const on = ({ split, network }: EvaluatedPair) => ({ split, pictures: network.judged.length });

const curvesFact = ({ coco: { ranked } }: Evaluated): PrecisionRecallFact['curves']['network'] => {
  const { classes, mean } = precisionCurves(ranked);
  const copy = (curve: { readonly at50: readonly number[]; readonly at75: readonly number[] } | null) =>
    curve && { at50: [...curve.at50], at75: [...curve.at75] };
  const score = scoreCurve(ranked);
  return {
    classes: classes.map(copy),
    mean: copy(mean),
    score: score && { f1: [...score.f1], best: { ...score.best } },
  };
};

export const precisionRecallFact = (pair: EvaluatedPair): PrecisionRecallFact => ({
  ...on(pair),
  classes: [...pair.classes],
  curves: beside(pair, curvesFact),
});

const sizeTitle = (title: string, ap: string): string => `${ap}, ${title.toLowerCase()}`;

/** The twelve numbers that COCO's evaluator prints, in their order. */
const twelve = ({ ap, ap50, ap75, ar, sizes }: CocoEvaluation): { title: string; value: number | null }[] => [
  { title: 'AP', value: ap },
  { title: 'AP 50', value: ap50 },
  { title: 'AP 75', value: ap75 },
  ...sizes.map(({ size, ap: value }) => ({ title: sizeTitle(size.title, 'AP'), value })),
  ...([1, 10, 100] as const).map((most, i) => ({ title: `AR ${most}`, value: ar[i]! })),
  ...sizes.map(({ size, ar: value }) => ({ title: sizeTitle(size.title, 'AR'), value })),
];

export const averagePrecisionFact = (pair: EvaluatedPair): AveragePrecisionFact => ({
  ...on(pair),
  all: beside(pair, ({ coco }) => twelve(coco)),
  classes: beside(pair, ({ coco }) =>
    coco.classes.map(({ truths, ap, ap50, ap75 }, c): ApRow => ({ title: pair.classes[c]!, truths, ap, ap50, ap75 })),
  ),
  sizes: beside(pair, ({ coco }) =>
    coco.sizes.map(({ size, truths, ap, ar }): ApRow => ({ title: size.title, truths, ap, ar })),
  ),
});

export const confusionFact = (pair: EvaluatedPair): ConfusionFact => ({
  ...on(pair),
  classes: [...pair.classes],
  confusion: beside(pair, ({ judged }) => {
    const { score, iou, counts } = confusionOf(judged, pair.classes.length);
    return { score, iou, counts: counts.map((row) => [...row]) };
  }),
});

const PARTS = ['backbone', 'neck', 'head'] as const;
const OTHER = 'other';

/** A weight's part is the first of its name, as models of the zoo name their layers; those of foreign files have none. */
const partOf = (weight: string): string => PARTS.find((part) => weight.startsWith(`${part}.`)) ?? OTHER;

/** Multiply-accumulates (pure) and parameters by part. */
const byPart = (graph: Graph) => {
  const macs = new Map<string, number>();
  const params = new Map<string, number>();
  const add = (to: Map<string, number>, part: string, n: number) => to.set(part, (to.get(part) ?? 0) + n);
  for (const { node, pure } of count(graph).byNode) {
    const weight = node.inputs.find((name) => graph.initializers.has(name)) ?? '';
    if (pure > 0) add(macs, partOf(weight), pure);
  }
  for (const name of trainableNames(graph)) add(params, partOf(name), elements(graph.initializers.get(name)!.dims));
  return { macs, params };
};

/** Null: the network does not say which layer belongs to what. */
export const partsFact = (base: Graph, network: Graph): PartsFact | null => {
  const [before, after] = [byPart(base), byPart(network)];
  if (!PARTS.some((part) => before.params.has(part))) return null;
  const known = [...PARTS, ...(before.params.has(OTHER) || before.macs.has(OTHER) ? [OTHER] : [])];
  const pair = (of: 'macs' | 'params', part: string) => ({
    base: before[of].get(part) ?? 0,
    left: after[of].get(part) ?? 0,
  });
  return {
    parts: known.map((part) => ({
      title: `${part[0]!.toUpperCase()}${part.slice(1)}`,
      macs: pair('macs', part),
      params: pair('params', part),
    })),
  };
};
