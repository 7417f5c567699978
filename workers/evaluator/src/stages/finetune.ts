/** Fine-tune: the board's budget of training steps, the same for every method; a distillation learns from the base model. */
import type { Graph } from '@topiary/onnx';
import type { FilledRecipe } from '@topiary/tracks';
import type { Data, RunContext } from '../run-context.js';
import { trainNetwork } from './training.js';

export interface FinetuneRequest {
  readonly pruned: Graph;
  /** The network before pruning. */
  readonly base: Graph;
  readonly data: Data;
  readonly recipe: FilledRecipe;
}

export const finetune = (
  context: RunContext,
  { pruned, base, data, recipe }: FinetuneRequest,
  progress: (share: number) => void,
): Promise<Graph> =>
  trainNetwork(context, pruned, data, recipe.finetune, { stage: 'finetune', teacher: base, progress });
