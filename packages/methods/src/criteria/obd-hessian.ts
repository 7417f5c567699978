/**
 * OBD-Hessian: the second-order change of the loss when a channel leaves, by a diagonal Hessian (LeCun et al., Optimal
 * Brain Damage, NeurIPS 1989).
 *
 *   s_k = mean over members of Σ w² h,  h = mean over examples of (∂ℓ_n/∂w)²,
 *
 * over output rows, input columns and norm scales; labels are the true ones, the ½ is dropped. Torch-Pruning means the
 * same h but keeps that of the last example alone: `code_compat` does so, too.
 */
import { OF_WEIGHTS } from '../_deviations.js';
import { isSet } from '../_method.js';
import { COMPAT, type Criterion, collected, combine, NORMALISE, REDUCE } from './_criterion.js';
import { curvatureItems } from './_curvature.js';

const isWeight = ({ role }: { readonly role: string }): boolean => role === 'out' || role === 'in' || role === 'scale';

const statisticOf = (params: Parameters<Criterion['collects']>[0]): string =>
  isSet(params, 'code_compat') ? 'last-squared-gradient' : 'squared-gradient';

export const ObdHessian: Criterion = {
  kind: 'criterion',
  id: 'obd-hessian',
  title: 'OBD-Hessian',
  summary: 'Channels whose removal changes the loss least, to second order, go first.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{w \in m_k} w^2 \; \frac{1}{N} \sum_n \left( \frac{\partial \ell_n}{\partial w} \right)^2`,
  paper: {
    title: 'Optimal Brain Damage',
    authors: 'LeCun, Denker, Solla',
    year: 1989,
    url: 'https://proceedings.neurips.cc/paper/1989/hash/6c9882bbac1c7093bd25041881277658-Abstract.html',
  },
  needs: ['squared-gradient'],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [
    REDUCE,
    NORMALISE,
    { ...COMPAT, meaning: `${COMPAT.meaning} The last example alone gives the Hessian.` },
  ],
  deviations: [
    ...OF_WEIGHTS,
    {
      id: 'mean-of-squares',
      from: 'Torch-Pruning',
      what: 'The squared gradient of the last example stands for the Hessian, since what was collected is overwritten. Here it is the mean over examples.',
      why: 'The code means to add them up. `code_compat` keeps the last one.',
    },
  ],
  solve: 'first-crossing',
  collects: (params) => [{ statistic: statisticOf(params), examples: null }],
  score: (context) =>
    combine(curvatureItems(context, collected(context, 'obd-hessian', statisticOf(context.params)), isWeight), context),
};
