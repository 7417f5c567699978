/** What a classifier is judged by. */
import type { MetricDescription } from '@topiary/contracts';

export const CLASSIFICATION_METRICS: MetricDescription[] = [
  {
    id: 'top1',
    title: 'Top-1 accuracy',
    unit: '%',
    direction: 'higher',
    digits: 2,
    estimator: 'share',
    bounds: [0, 100],
  },
  {
    id: 'loss',
    title: 'Cross-entropy',
    unit: 'nats',
    direction: 'lower',
    digits: 4,
    estimator: 'mean',
    bounds: [0, null],
  },
];
