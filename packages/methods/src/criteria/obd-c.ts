/**
 * OBD-C: the second-order change of the loss when a filter leaves, by the diagonal of the Fisher matrix (Wang et al.,
 * EigenDamage, ICML 2019, arXiv 1905.05934, its baseline C-OBD).
 *
 *   s_k = mean over members of Σ w² F,  F = mean over batches of Σ_n (B g_n)²,  over the output rows of channel k,
 *
 * g_n the part of example n in the gradient of the batch's mean loss against labels drawn from the network's softmax.
 * As published: no ½, filters of the layers that make the channel only. The column that the code appends for biases is
 * left out.
 */
import { DEPTHWISE, FEW_BATCHES, OF_SCALES } from '../_deviations.js';
import { COMPAT, type Criterion, collected, combine, NORMALISE, REDUCE, whole } from './_criterion.js';
import { curvatureItems } from './_curvature.js';

export const ObdC: Criterion = {
  kind: 'criterion',
  id: 'obd-c',
  title: 'OBD-C',
  summary:
    "Filters whose removal changes the loss least, to second order and under the network's own labels, go first.",
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{w \in m_k} w^2 F_w`,
  paper: {
    title: 'EigenDamage: Structured Pruning in the Kronecker-Factored Eigenbasis',
    authors: 'Wang, Grosse, Fidler, Zhang',
    year: 2019,
    url: 'https://arxiv.org/abs/1905.05934',
  },
  needs: ['fisher'],
  cannot: 'Networks whose linear layers read tokens; networks whose outputs labels cannot be drawn from, as detectors',
  requires: ['label-odds', 'rows'],
  deterministic: false,
  parameters: [REDUCE, NORMALISE, COMPAT],
  deviations: [
    ...OF_SCALES,
    DEPTHWISE,
    {
      ...FEW_BATCHES,
      from: 'PruningBench',
      what: 'Ten batches are averaged into the Fisher matrix. Here four of 128 examples are by default, others at each estimate.',
    },
    {
      id: 'bias-column',
      from: 'PruningBench',
      what: 'The Fisher matrix has a column for biases, which does not fit the weights of a layer that has one. Here it is left out.',
      why: 'The score is of weights alone.',
    },
    {
      id: 'rows-only',
      from: 'PruningBench',
      what: 'Linear layers that read tokens are taken as if a token were an example. Here such networks are refused.',
      why: 'The formula needs the gradient of each example.',
    },
  ],
  solve: 'first-crossing',
  collects: whole('fisher'),
  score: (context) =>
    combine(
      curvatureItems(context, collected(context, 'obd-c', 'fisher'), ({ role }) => role === 'out'),
      context,
    ),
};
