/** Recipes of every kind that version 1 of the boards knows: what their hashes were, they stay. */
import type { RecipeInput } from '@topiary/contracts';
import { METHODS, RECIPES } from '@topiary/methods/catalogue';

const CHANGED: Readonly<Record<string, RecipeInput>> = {
  nothing: {},
  local: { scope: 'local' },
  isomorphic: { criterion: 'taylor', scope: 'isomorphic' },
  solver: { criterion: 'magnitude-l1', prune: { solve: 'first-crossing', steps: 40 } },
  'one shot': { criterion: 'taylor', prune: { solve: 'bisect' } },
  planner: { prune: { protection: 0, roundTo: 8, heads: true, batches: 8 } },
  parameters: { criterion: 'magnitude-l2', params: { criterion: { reduce: 'max' } } },
  untrained: { finetune: { steps: 0 } },
  'longer training': { finetune: { steps: 800, batch: 64, lr: 0.02, schedule: 'step', momentum: 0 } },
  adamw: { finetune: { optimizer: 'adamw', lr: 1e-3, weightDecay: 0.05, warmup: 10, clip: 1, ema: 0.99 } },
  mixing: { finetune: { labelSmoothing: 0.1, mixup: 0.2, cutmix: 1 } },
  'soft distillation': { finetune: { distillation: 'soft', distillationWeight: 0.9, temperature: 4 } },
  'hard distillation': { finetune: { distillation: 'hard' } },
  sparsifying: { regularizer: 'group-lasso', sparsify: { steps: 50, lr: 0.001 } },
};

/** The methods and named recipes of version 1, by id; later ones have no hash in it. */
export const recipesOf = (criteria: readonly string[], named: readonly string[]): Map<string, RecipeInput> =>
  new Map<string, RecipeInput>([
    ...Object.entries(CHANGED),
    ...criteria.map((criterion): [string, RecipeInput] => [`criterion ${criterion}`, { criterion }]),
    ...named.flatMap((id): [string, RecipeInput][] => {
      const found = RECIPES.find((recipe) => recipe.id === id);
      return found ? [[`recipe ${id}`, found.recipe as RecipeInput]] : [];
    }),
  ]);

export const criterionIds = (): string[] => METHODS.filter(({ kind }) => kind === 'criterion').map(({ id }) => id);
export const recipeIds = (): string[] => RECIPES.map(({ id }) => id);
