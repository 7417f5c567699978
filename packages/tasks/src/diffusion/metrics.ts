/** What a diffusion model is judged by. */
import type { MetricDescription } from '@topiary/contracts';

export const DIFFUSION_METRICS: MetricDescription[] = [
  {
    id: 'noise-error',
    title: 'Squared error of the noise',
    unit: '',
    direction: 'lower',
    digits: 5,
    estimator: 'mean',
    bounds: [0, null],
  },
  {
    id: 'frechet',
    title: 'Fréchet distance of samples',
    unit: '',
    direction: 'lower',
    digits: 3,
    estimator: 'set',
    bounds: [0, null],
  },
  {
    id: 'class-consistency',
    title: 'Samples of the class that was asked for',
    unit: '%',
    direction: 'higher',
    digits: 2,
    estimator: 'share',
    bounds: [0, 100],
  },
  {
    id: 'rel-l2',
    title: 'Distance to the samples of the base',
    unit: '',
    direction: 'lower',
    digits: 4,
    estimator: 'mean',
    bounds: [0, null],
  },
];
