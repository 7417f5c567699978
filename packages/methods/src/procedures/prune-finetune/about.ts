/** Prune and fine-tune, in words: what a recipe without a procedure means. */
import type { AboutProcedure } from '../_procedure.js';

export const PRUNE_FINETUNE: AboutProcedure = {
  kind: 'procedure',
  id: 'prune-finetune',
  title: 'Prune and fine-tune',
  summary:
    'Trains towards sparsity where a regularizer is named, removes the channels that a criterion scores lowest until the target is reached, and trains what is left.',
  formula: String.raw`\min_{|K'| = k} \sum_{c \in K'} s_c`,
  paper: null,
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [],
  axes: null,
  reaches: null,
  stages: [
    { id: 'sparsify', title: 'Train towards sparsity' },
    { id: 'prune', title: 'Score and prune' },
    { id: 'finetune', title: 'Fine-tune' },
  ],
};
