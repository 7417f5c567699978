/** Learning-to-Cache, in words. */
import type { AboutProcedure } from '../_procedure.js';

export const LEARNING_TO_CACHE: AboutProcedure = {
  kind: 'procedure',
  id: 'learning-to-cache',
  title: 'Learning-to-Cache',
  summary:
    'Every second step of a sampling reuses what some sub-layers said a step before. A router, learned for each step with all weights frozen, says which; what is reused is not computed.',
  formula: String.raw`\min_{r} \mathbb{E}\, \lVert \hat\epsilon_{\sigma(r)}(x_m) - \hat\epsilon(x_m) \rVert^2 + \lambda \sum_j \sigma(r_{mj})`,
  paper: {
    title: 'Learning-to-Cache: Accelerating Diffusion Transformer via Layer Caching',
    authors: 'Ma et al.',
    year: 2024,
    url: 'https://arxiv.org/abs/2406.01733',
  },
  needs: [],
  cannot:
    'Networks without residual blocks, and tasks that take no loop over a network, or one of an odd number of steps',
  requires: [],
  deterministic: true,
  parameters: [
    {
      id: 'price',
      title: 'Price of computing',
      meaning: 'λ: what each sub-layer that is computed adds to the loss.',
      type: 'number',
      default: 1e-4,
      min: 0,
    },
    {
      id: 'threshold',
      title: 'Threshold',
      meaning:
        'θ: a sub-layer is computed where its gate lies above it. A target takes as many of those as it needs, or more than those.',
      type: 'number',
      default: 0.1,
      min: 0,
      max: 1,
    },
    {
      id: 'steps',
      title: 'Steps',
      meaning: 'Training steps of the router for each step that reuses.',
      type: 'integer',
      default: 40,
      min: 1,
    },
    { id: 'lr', title: 'Rate of the router', meaning: 'Of AdamW.', type: 'number', default: 0.15, min: 0 },
    {
      id: 'which',
      title: 'Which',
      meaning:
        'Whom each step reuses, as many as the router would: those that it chose, any by chance, the last or the first of the network, or those whose part of the stream changes least.',
      type: 'choice',
      default: 'learned',
      choices: ['learned', 'random', 'top', 'bottom', 'metric'],
    },
  ],
  deviations: [
    {
      id: 'row-by-row',
      from: 'paper',
      what: 'Each training step draws one of the steps that reuse. Here they are learned one after another, each with as many training steps.',
      why: 'With frozen weights no step depends on another, and the optimiser of one is not moved by the others.',
    },
    {
      id: 'decided-alike',
      from: 'paper',
      what: 'A threshold says what is reused. Here a target may say how much: of the closed gates first the ones whose reuse changes the stream least, then the others, the smallest first.',
      why: 'How far a closed gate went says where it began; Adam moves all of them by the same step.',
    },
    {
      id: 'short-router',
      from: 'paper',
      what: 'The router learns at 0.001 over twenty thousand steps. Here it learns at 0.15 over forty for each step that reuses.',
      why: 'A run here takes minutes: at 0.001 no gate would have left its beginning.',
    },
  ],
  axes: ['critical-macs', 'latency', 'slot-bytes', 'trajectory-macs'],
  reaches: ['trajectory-macs'],
  stages: [
    { id: 'router', title: 'Learn what to reuse' },
    { id: 'cache', title: 'Make the parts that reuse it' },
  ],
};
