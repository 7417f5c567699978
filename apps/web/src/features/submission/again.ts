/** The request that would send a submission again: what was kept of it, in the shape in which it is asked for. */
import type { CreateSubmissionInput, SubmissionKind } from '@topiary/contracts';

export interface Sent {
  readonly kind: SubmissionKind;
  readonly board: string;
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly targets: readonly string[];
  readonly seeds: readonly number[];
}

/** What is kept beside the recipe of somebody's own files. */
const aboutOf = ({ method, paper, licence }: Sent['recipe']) => ({ method, paper: paper ?? null, licence });

/** Of a kept criterion: what the request says elsewhere, or not at all. */
const BESIDE_RECIPE: readonly string[] = ['file', 'method', 'paper', 'licence', 'criterion', 'procedure'];

const REQUESTS: { readonly [K in SubmissionKind]: ((sent: Sent) => object) | null } = {
  recipe: ({ board, recipe: { next, ...recipe }, targets, seeds }) => ({
    board,
    recipe,
    ...(next === undefined ? {} : { next }),
    targets,
    seeds,
  }),
  'pruned-models': ({ board, recipe, targets, seeds }) => {
    const models = recipe['models'] as Readonly<Record<string, string>>;
    const division = recipe['division'];
    return {
      board,
      ...aboutOf(recipe),
      division,
      models: targets.flatMap((target) => (models[target] === undefined ? [] : [{ target, file: models[target] }])),
      seeds,
    };
  },
  criterion: ({ board, recipe: kept, targets, seeds }) => {
    const recipe = Object.fromEntries(Object.entries(kept).filter(([name]) => !BESIDE_RECIPE.includes(name)));
    return { board, ...aboutOf(kept), file: kept['file'], recipe, targets, seeds };
  },
  import: null,
};

/** Null where it cannot be sent again: a base model is admitted once. */
export const againBody = (sent: Sent): CreateSubmissionInput | null => {
  const request = REQUESTS[sent.kind];
  return request && ({ kind: sent.kind, ...request(sent) } as CreateSubmissionInput);
};
