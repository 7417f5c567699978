/** The request that would run a submission again: what was kept of it, in the shape in which it is asked for. */
import { CreateSubmission, type SubmissionKind } from '@topiary/contracts';

export interface Kept {
  readonly kind: SubmissionKind;
  readonly board: string;
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly targets: readonly string[];
  readonly seeds: readonly number[];
}

/** What is kept beside the recipe of somebody's own files. */
const aboutOf = ({ method, paper, licence }: Kept['recipe']) => ({ method, paper: paper ?? null, licence });

/** Of a kept criterion: what the request says elsewhere, or not at all. */
const BESIDE_RECIPE: readonly string[] = ['file', 'method', 'paper', 'licence', 'criterion', 'procedure'];

const REQUESTS: { readonly [K in SubmissionKind]: ((kept: Kept) => object) | null } = {
  recipe: ({ board, recipe: { next, ...recipe }, targets, seeds }) => ({
    ...{ board, recipe, targets, seeds },
    ...(next === undefined ? {} : { next }),
  }),
  // its identity is all of its files, whichever target is asked for
  'pruned-models': ({ board, recipe, seeds }) => {
    const models = Object.entries(recipe['models'] as Readonly<Record<string, string>>);
    return {
      ...{ board, ...aboutOf(recipe), division: recipe['division'], seeds },
      models: models.map(([target, file]) => ({ target, file })),
    };
  },
  criterion: ({ board, recipe: kept, targets, seeds }) => {
    const recipe = Object.fromEntries(Object.entries(kept).filter(([name]) => !BESIDE_RECIPE.includes(name)));
    return { board, ...aboutOf(kept), file: kept['file'], recipe, targets, seeds };
  },
  import: null,
};

/** Null where it cannot be sent again: a base model is admitted once, and a recipe of an earlier version may be refused. */
export const requestAgain = (kept: Kept): CreateSubmission | null => {
  const request = REQUESTS[kept.kind];
  const parsed = request && CreateSubmission.safeParse({ kind: kept.kind, ...request(kept) });
  return parsed?.success ? parsed.data : null;
};
