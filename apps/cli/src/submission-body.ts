/** A submission's body from the options of `topiary submit`: the first kind that takes them makes it. */
import type { CreateSubmission } from '@topiary/client';
import { UsageError } from './exit.js';
import type { BodyOptions, Kind, World } from './kinds/_kind.js';
import { UploadedCriterion } from './kinds/criterion.js';
import { PrunedModels } from './kinds/pruned-models.js';
import { BuiltInRecipe } from './kinds/recipe.js';

const KINDS: readonly Kind[] = [PrunedModels, UploadedCriterion, BuiltInRecipe];
const EVERYWHERE: readonly (keyof BodyOptions)[] = ['board', 'title', 'seed', 'private'];

export const bodyOf = async (options: BodyOptions, world: World): Promise<CreateSubmission> => {
  const kind = KINDS.find(({ takes }) => takes(options))!;
  const known: readonly string[] = [...EVERYWHERE, ...kind.options];
  const foreign = Object.keys(options).find((name) => !known.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} says nothing about ${kind.title}`);
  const { private: isPrivate, ...rest } = options;
  const body = await kind.bodyOf(rest, world);
  // what a file says stays, unless the option says more; a base model is everybody's
  return isPrivate && body.kind !== 'import' ? { ...body, private: true } : body;
};
