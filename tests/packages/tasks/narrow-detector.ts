/** A detector so narrow that it learns in seconds, and pictures that are easy to read. */
import type { Graph } from '@topiary/onnx';
import { buildModel, drawBoxShapes, materialize, modelOf } from '@topiary/zoo';
import type { DetectionData } from '../../../packages/tasks/src/detection/bound.js';
import { Augmentation } from '../../../packages/tasks/src/detection/frame.js';
import { anchorfree } from '../../../packages/zoo/src/models/_anchorfree.js';

export const CPU = { provider: 'cpu', threads: 1 } as const;
export const SIDE = 64;

/** A member so narrow that it learns in seconds. */
export const narrow = (classes = 6, momentum = 0.1): Graph => {
  const build = anchorfree({ depth: 0.33, width: 0.125, widest: 128, classes, bins: 4, size: SIDE, momentum });
  const model = { ...modelOf('anchorfree-tiny'), input: [3, SIDE, SIDE] as const, classes, build };
  return materialize(buildModel(model), 1);
};

export const dataOf = (augmentation: Partial<Augmentation> = {}): DetectionData => {
  const draw = (split: string, length: number) =>
    drawBoxShapes({
      split,
      length,
      side: SIDE,
      difficulty: { contrast: 120, noise: 4, overlap: 0, clutter: 0, least: 12 },
    });
  return {
    train: draw('train', 40),
    test: draw('test', 20),
    showcase: draw('showcase', 3),
    augmentation: Augmentation.parse(augmentation),
    evaluationBatch: 8,
  };
};

export const base = narrow();
