/** What a promptable segmenter is judged by; the first decides. */
import type { MetricDescription } from '@topiary/contracts';

const share = { unit: '%', direction: 'higher', digits: 2, estimator: 'mean' } as const;

export const SEGMENTATION_METRICS: MetricDescription[] = [
  { id: 'miou-point', title: 'mIoU by one point', ...share, bounds: [0, 100] },
  { id: 'miou-box', title: 'mIoU by a box', ...share, bounds: [0, 100] },
  { id: 'retention', title: 'Share of the mIoU that the base has', ...share, bounds: [0, null] },
  {
    id: 'embedding-error',
    title: 'Distance to the embedding of the base',
    unit: '',
    direction: 'lower',
    digits: 4,
    estimator: 'mean',
    bounds: [0, null],
  },
];
