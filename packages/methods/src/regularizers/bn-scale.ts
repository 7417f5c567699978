/**
 * BN scale: pulls the scales of BatchNorm towards zero (Liu et al., Network Slimming, ICCV 2017, arXiv 1708.06519).
 *
 *   penalty λ Σ |γ|,   gradient += λ sign(γ) = (λ / |γ|) · γ,   sign(0) = 0
 *
 * Each scale once: where a BatchNorm reads several groups side by side, every group pulls at its own places.
 */
import { isNormScale, ownPlaces, PACE, type Regularizer, SHORT_TRAINING, stateless, strength } from './_regularizer.js';

export const BnScaleRegularizer: Regularizer<null> = {
  kind: 'regularizer',
  id: 'bn-scale',
  title: 'BN scale',
  summary: 'An L1 penalty on every scale of BatchNorm: channels that are not needed fade out.',
  formula: String.raw`\lambda \sum_{b, k} \left| \gamma_{b,k} \right|`,
  paper: {
    title: 'Learning Efficient Convolutional Networks through Network Slimming',
    authors: 'Liu, Li, Shen, Huang, Yan, Zhang',
    year: 2017,
    url: 'https://arxiv.org/abs/1708.06519',
  },
  needs: [],
  cannot: 'Networks without BatchNorm',
  requires: ['batch-norm'],
  deterministic: true,
  parameters: [strength(5e-4), PACE],
  deviations: [
    SHORT_TRAINING,
    {
      id: 'own-channels',
      from: 'Torch-Pruning',
      what: 'Every BatchNorm that is not ignored is pulled. Here only scales of channels that may leave are.',
      why: 'A scale that never leaves gains nothing by being small.',
    },
  ],
  ...stateless,
  coefficients: ({ group, params }) => {
    const lambda = Number(params['lambda']);
    const pull = (scale: number) => (scale === 0 ? 0 : lambda / Math.abs(scale));
    return new Map(
      group.members.filter(isNormScale).map((member) => [member, ownPlaces(member, (i) => pull(member.data[i]!))]),
    );
  },
};
