/** FIXTURES: a made-up catalogue of tracks and methods, for looking at the site while developing it. Never served by the product. */
import type { MethodDescription, TrackDescription } from '@topiary/contracts';

export const tracks: TrackDescription[] = [
  {
    id: 'classification',
    showcase: null,
    title: 'Classification',
    summary: 'Image classifiers, ranked by top-1 accuracy after pruning and a fixed number of fine-tuning steps.',
    stages: ['prepare', 'sparsify', 'prune', 'finetune', 'evaluate', 'measure', 'publish'].map((id) => ({
      id,
      title: { finetune: 'Fine-tune' }[id] ?? `${id[0]!.toUpperCase()}${id.slice(1)}`,
    })),
    metrics: [
      { id: 'top1', title: 'Top-1', unit: '%', direction: 'higher', digits: 2, estimator: 'share', bounds: [0, 100] },
      {
        id: 'loss',
        title: 'Cross-entropy',
        unit: '',
        direction: 'lower',
        digits: 3,
        estimator: 'mean',
        bounds: [0, null],
      },
    ],
    phases: [
      { id: 'base', title: 'base model' },
      { id: 'pruned', title: 'right after the cut' },
      { id: 'finetuned', title: 'after fine-tuning' },
    ],
    axes: [
      { id: 'macs', title: 'MACs', unit: '', digits: 3, scale: 'linear', perMachine: false },
      { id: 'params', title: 'Parameters', unit: '', digits: 3, scale: 'linear', perMachine: false },
      { id: 'latency', title: 'Latency', unit: 'ms', digits: 3, scale: 'linear', perMachine: true },
    ],
    targetAxis: 'macs',
    controls: [
      {
        id: 'random',
        title: 'random pruning',
        recipe: { criterion: 'random', regularizer: null, procedure: null },
        same: ['finetune'],
        nearest: 'scope',
      },
    ],
    apart: [{ field: 'regularizer', present: 'regularizer', absent: 'criterion' }],
  },
];

const method = (
  kind: MethodDescription['kind'],
  id: string,
  title: string,
  summary: string,
  formula: string,
  rest: Partial<MethodDescription> = {},
): MethodDescription => ({
  kind,
  id,
  title,
  summary,
  formula,
  paper: null,
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [],
  ...rest,
});

const normalize = {
  id: 'normalize',
  title: 'Normalisation',
  meaning: 'How scores of different layers are made comparable.',
  type: 'choice' as const,
  default: 'mean',
  choices: ['none', 'mean', 'max'],
};

export const methods: MethodDescription[] = [
  method(
    'criterion',
    'random',
    'Random',
    'Cuts channels by lot: the control that every method must beat.',
    's_k \\sim U(0, 1)',
    {
      deterministic: false,
    },
  ),
  method(
    'criterion',
    'magnitude-l1',
    'Magnitude L1',
    'Scores a channel by the sum of its weights’ magnitudes.',
    's_k = \\sum_{i} \\lvert w_{k,i} \\rvert',
    {
      paper: {
        title: 'Pruning Filters for Efficient ConvNets',
        authors: 'H. Li, A. Kadav, I. Durdanovic, H. Samet, H. P. Graf',
        year: 2017,
        url: 'https://arxiv.org/abs/1608.08710',
      },
      parameters: [normalize],
    },
  ),
  method(
    'criterion',
    'magnitude-l2',
    'Magnitude L2',
    'Scores a channel by the Euclidean norm of its weights.',
    's_k = \\lVert w_k \\rVert_2 = \\sqrt{\\textstyle\\sum_i w_{k,i}^2}',
    {
      parameters: [normalize],
    },
  ),
  method(
    'criterion',
    'taylor',
    'Taylor',
    'Scores a channel by how much the loss would change without it, to first order.',
    's_k = \\Bigl\\lvert \\sum_{i} w_{k,i} \\frac{\\partial \\mathcal{L}}{\\partial w_{k,i}} \\Bigr\\rvert',
    {
      paper: {
        title: 'Importance Estimation for Neural Network Pruning',
        authors: 'P. Molchanov, A. Mallya, S. Tyree, I. Frosio, J. Kautz',
        year: 2019,
        url: 'https://arxiv.org/abs/1906.10771',
      },
      needs: ['gradients'],
      parameters: [
        normalize,
        {
          id: 'multivariable',
          title: 'Multivariable',
          meaning: 'Sums before taking the magnitude.',
          type: 'boolean',
          default: true,
        },
        {
          id: 'epsilon',
          title: 'Epsilon',
          meaning: 'Keeps divisions finite.',
          type: 'number',
          default: 0.0001,
          min: 0,
          max: 1,
        },
      ],
    },
  ),
  method(
    'criterion',
    'bn-scale',
    'BatchNorm scale',
    'Scores a channel by the scale of the normalisation that follows it.',
    's_k = \\lvert \\gamma_k \\rvert',
    {
      cannot: 'Networks without batch normalisation.',
    },
  ),
  method(
    'regularizer',
    'group-lasso',
    'Group lasso',
    'Pulls whole channels towards zero while training.',
    '\\Omega = \\lambda \\sum_k \\lVert w_k \\rVert_2',
    {
      parameters: [
        {
          id: 'lambda',
          title: 'Strength',
          meaning: 'Weight of the penalty.',
          type: 'number',
          default: 0.0005,
          min: 0,
          max: 1,
        },
      ],
    },
  ),
  method(
    'procedure',
    'half-width',
    'Half width',
    'Keeps every second channel; a control for procedures.',
    'k \\bmod 2 = 0',
  ),
];
