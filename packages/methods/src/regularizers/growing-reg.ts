/**
 * GrowingReg: a decay that grows from epoch to epoch, faster for weaker channels (Wang et al., ICLR 2021, arXiv
 * 2012.09243).
 *
 *   c_k = λ_k;  λ_k begins at λ and after each epoch  λ_k += δ (max u - u_k) / (max u - min u)
 *
 * u = magnitude-l2's score of the group. The published code loses the update on BatchNorm scales; here they decay, too.
 */
import { importance, weakness } from './_importance.js';
import { isWeight, LAMBDA, PACE, type Regularizer, SHORT_TRAINING, spread, strength } from './_regularizer.js';

export const GrowingReg: Regularizer<Float64Array> = {
  kind: 'regularizer',
  id: 'growing-reg',
  title: 'GrowingReg',
  summary: 'A weight decay that grows after every epoch, fastest for the weakest channels of a group.',
  formula: String.raw`\lambda_k \leftarrow \lambda_k + \delta \, \frac{\max u - u_k}{\max u - \min u}`,
  paper: {
    title: 'Neural Pruning via Growing Regularization',
    authors: 'Wang, Qin, Zhang, Fu',
    year: 2021,
    url: 'https://arxiv.org/abs/2012.09243',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [
    strength(5e-4),
    {
      id: 'delta',
      title: 'Growth',
      meaning: 'What the weakest channel of a group gains per epoch, δ.',
      type: 'number',
      default: 1e-4,
      min: 0,
      max: 1,
    },
    PACE,
  ],
  strengths: [LAMBDA, { parameter: 'delta', grows: true }],
  deviations: [
    SHORT_TRAINING,
    {
      id: 'decaying-scales',
      from: 'Torch-Pruning',
      what: 'Scales of BatchNorm never decay: the update is written to a copy. Here they decay as the weights do.',
      why: 'The code means to.',
    },
  ],
  initial: ({ channels }, params) => new Float64Array(channels).fill(Number(params['lambda'])),
  afterEpoch: (context) => {
    const growth = weakness(importance(context));
    return context.state.map((lambda, k) => lambda + Number(context.params['delta']) * growth[k]!);
  },
  coefficients: ({ group, state }) =>
    new Map(group.members.filter(isWeight).map((member) => [member, spread(member, state)])),
};
