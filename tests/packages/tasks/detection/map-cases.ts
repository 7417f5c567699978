/**
 * Worked cases of mean average precision. COCO's columns were computed with cocoapi's own evaluator, Pascal VOC's and the
 * trainer's with scripts written for the purpose; G15 is checked by hand in the test. Boxes are x, y, width, height.
 */
type Box = readonly [number, number, number, number];

/** Picture 0 and class 0 unless said. */
export interface CaseTruth {
  readonly box: Box;
  readonly picture?: number;
  readonly class?: number;
  readonly crowd?: boolean;
  readonly difficult?: boolean;
}

export interface CaseDetection {
  readonly score: number;
  readonly box: Box;
  readonly picture?: number;
  readonly class?: number;
}

export interface MapCase {
  readonly id: string;
  readonly truths: readonly CaseTruth[];
  readonly detections: readonly CaseDetection[];
  /** AP, AP50, AP75; null: not stated. */
  readonly coco: readonly [number, number | null, number | null];
  /** Recall with 1, 10, 100 detections. */
  readonly ar?: readonly [number | null, number | null, number | null];
  /** AP of small, medium and large objects; -1: none. */
  readonly sizes?: readonly [number, number, number];
  /** 11 points, all points. */
  readonly voc?: readonly [number, number];
  /** mAP, mAP50. */
  readonly trainer?: readonly [number, number | null];
}

const FIRST: Box = [0, 0, 40, 40];
const SECOND: Box = [50, 50, 40, 40];
const WIDE: Box = [0, 0, 100, 100];
const NOWHERE: Box = [200, 200, 40, 40];
/** Four 40 x 40 apart, and one more where nothing is. */
const [P, Q, R, S]: readonly Box[] = [
  [0, 0, 40, 40],
  [100, 0, 40, 40],
  [0, 100, 40, 40],
  [100, 100, 40, 40],
] as const;
const MISS: Box = [400, 400, 40, 40];
const TWENTY: readonly Box[] = Array.from({ length: 20 }, (_, i) => [50 * i, 0, 40, 40] as const);

const detections = (...all: readonly (readonly [number, Box])[]): CaseDetection[] =>
  all.map(([score, box]) => ({ score, box }));
const truths = (...boxes: readonly Box[]): CaseTruth[] => boxes.map((box) => ({ box }));
const all = (x: number): readonly [number, number, number] => [x, x, x];

export const MAP_CASES: readonly MapCase[] = [
  {
    id: 'G1 perfect',
    truths: truths(FIRST, SECOND),
    detections: detections([0.9, FIRST], [0.8, SECOND]),
    coco: all(1),
    ar: [0.5, null, null],
    sizes: [-1, 1, -1],
    voc: [1, 1],
    trainer: [0.995, 0.995],
  },
  {
    id: 'G2 an overlap of .6',
    truths: truths(WIDE),
    detections: detections([0.9, [0, 0, 100, 60]]),
    coco: [0.3, 1, 0],
    voc: [1, 1],
    trainer: [0.2985, 0.995],
  },
  {
    id: 'G3 right, wrong, right',
    truths: truths(FIRST, SECOND),
    detections: detections([0.9, FIRST], [0.8, NOWHERE], [0.7, SECOND]),
    coco: all((51 + (50 * 2) / 3) / 101),
    ar: [null, 1, null],
    voc: [0.848485, 0.833333],
    trainer: [0.828333, null],
  },
  {
    id: 'G4 a second box on the same object',
    truths: truths(FIRST),
    detections: detections([0.9, FIRST], [0.8, FIRST]),
    coco: all(1),
    voc: [1, 1],
    trainer: [0.995, null],
  },
  {
    id: 'G4b the better box comes later',
    truths: truths(WIDE),
    detections: detections([0.9, [0, 0, 100, 60]], [0.8, WIDE]),
    coco: [0.65, 1, 0.5],
    ar: [0.3, 1, null],
    voc: [1, 1],
    trainer: [0.64675, 0.995],
  },
  {
    id: 'G5 recall of a third',
    truths: [...truths(FIRST, SECOND), { box: FIRST, picture: 1 }],
    detections: detections([0.9, FIRST]),
    coco: all(34 / 101),
    ar: all(1 / 3),
    voc: [0.363636, 0.333333],
    trainer: [0.66665, null],
  },
  {
    id: 'G6 a crowd',
    truths: [{ box: FIRST }, { box: [100, 100, 100, 100], crowd: true }],
    detections: detections(
      [0.95, [110, 110, 20, 20]],
      [0.9, FIRST],
      [0.8, [150, 150, 20, 20]],
      [0.7, [300, 300, 20, 20]],
    ),
    coco: all(1),
    ar: [0, 1, null],
  },
  {
    id: 'G7 classes',
    truths: [{ box: FIRST }, { box: SECOND, class: 1 }],
    detections: [
      { score: 0.9, box: FIRST },
      { score: 0.8, box: FIRST, class: 1 },
      { score: 0.99, box: NOWHERE, class: 2 },
    ],
    coco: all(0.5),
  },
  {
    id: 'G8 sizes',
    truths: truths([0, 0, 20, 20], [100, 0, 50, 50], [200, 200, 120, 120]),
    detections: detections([0.9, [0, 0, 20, 20]], [0.8, [100, 0, 50, 50]], [0.7, [400, 400, 20, 20]]),
    coco: all(67 / 101),
    ar: [0.3333333333, null, null],
    sizes: [1, 1, 0],
    voc: [0.636364, 0.666667],
    trainer: [0.7772, null],
  },
  {
    id: 'G9 equal scores, the miss in the earlier picture',
    truths: [{ box: FIRST }, { box: FIRST, picture: 1 }],
    detections: [
      { score: 0.5, box: NOWHERE },
      { score: 0.5, box: FIRST, picture: 1 },
    ],
    coco: all((51 / 101) * 0.5),
    voc: [0.272727, 0.25],
    trainer: [0.375, null],
  },
  {
    id: 'G9b equal scores, the hit in the earlier picture',
    truths: [{ box: FIRST }, { box: FIRST, picture: 1 }],
    detections: [
      { score: 0.5, box: FIRST },
      { score: 0.5, box: NOWHERE, picture: 1 },
    ],
    coco: all(51 / 101),
    voc: [0.545455, 0.5],
    trainer: [0.6225, null],
  },
  {
    id: 'G10 two objects overlapped alike',
    truths: truths(WIDE, [0, 20, 100, 100]),
    detections: detections([0.9, [0, 10, 100, 100]], [0.8, WIDE]),
    coco: [0.775743, 1, 1],
    ar: [null, 0.85, null],
    voc: [0.545455, 0.5],
    trainer: [0.809, 0.995],
  },
  {
    id: 'G11 a difficult object',
    truths: [{ box: FIRST }, { box: SECOND, difficult: true }],
    detections: detections([0.95, SECOND], [0.9, FIRST], [0.8, SECOND]),
    coco: all(1),
    voc: [1, 1],
  },
  ...([50, 75, 95] as const).map(
    (height, i): MapCase => ({
      id: `G12 an overlap of exactly .${height}`,
      truths: truths(WIDE),
      detections: detections([0.9, [0, 0, 100, height]]),
      coco: ([[0.1, 1, 0] as const, [0.6, 1, 1] as const, [1, 1, 1] as const] as const)[i]!,
      voc: [1, 1],
    }),
  ),
  {
    id: 'G13 twenty objects in one picture',
    truths: truths(...TWENTY),
    detections: TWENTY.map((box, i) => ({ score: 0.9 - i / 100, box })),
    coco: all(1),
    ar: [0.05, 0.5, 1],
    voc: [1, 1],
    trainer: [0.995, null],
  },
  {
    id: 'G15 mixed',
    truths: truths(P!, Q!, R!, S!),
    detections: detections([0.9, P!], [0.8, MISS], [0.7, Q!], [0.6, MISS], [0.5, MISS], [0.4, R!]),
    coco: all((26 + (25 * 2) / 3 + 25 / 2) / 101),
    ar: [null, 0.75, 0.75],
    voc: [0.545455, 0.541667],
    trainer: [0.601667, null],
  },
];
