/** What the submit form starts with: the address may name board, methods, target, or a whole recipe to change. */
import type { Board } from '@topiary/contracts';
import { blankForm, type FormState, formFromRecipe, KINDS, usualScope } from './state.js';
import { isTargetLabel } from './targets.js';

const readRecipe = (text: string | null): Partial<FormState> => {
  if (text === null) return {};
  try {
    const recipe: unknown = JSON.parse(text);
    return typeof recipe === 'object' && recipe !== null ? formFromRecipe(recipe as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

export const initialForm = (search: URLSearchParams, boards: readonly Board[]): FormState => {
  const open = boards.filter(({ state }) => state === 'open');
  const board = open.find(({ id }) => id === search.get('board')) ?? open[0];
  const offered = board?.targets.map(({ label }) => label) ?? [];
  const asked = search.getAll('target').filter((label) => offered.includes(label) || isTargetLabel(label));
  const form: FormState = {
    ...blankForm,
    scope: usualScope(board),
    ...readRecipe(search.get('recipe')),
    board: board?.id ?? '',
    targets: asked.length > 0 ? asked : offered.slice(0, 1),
    seeds: search.get('seeds') ?? blankForm.seeds,
  };
  const named = KINDS.find((kind) => search.get(kind) !== null);
  if (named === undefined) return form;
  const alone = named === 'procedure' ? { criterion: null, regularizer: null } : {};
  return { ...form, methods: { ...form.methods, ...alone, [named]: search.get(named) } };
};

/** The address of the form that would send this submission again. */
export const formAddress = (submission: {
  readonly board: string;
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly targets: readonly { readonly label: string }[];
  readonly seeds: readonly number[];
}): string => {
  const search = new URLSearchParams({ board: submission.board, seeds: submission.seeds.join(', ') });
  for (const { label } of submission.targets) search.append('target', label);
  search.set('recipe', JSON.stringify(submission.recipe));
  return `/submit?${search}`;
};
