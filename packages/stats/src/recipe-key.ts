/** What a row has in common with its shuffled widths. */
import type { RecipeFields } from './draft.js';
import type { ControlRule, RunRecord } from './run-record.js';

const without = (recipe: RecipeFields, path: string): RecipeFields => {
  const [head = '', ...rest] = path.split('.');
  const { [head]: inner, ...others } = recipe;
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) return others;
  return { ...others, [head]: without(inner as RecipeFields, rest.join('.')) };
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** The recipe without what makes a control of it: long, so it is worked out where it is asked for and not kept. */
export const recipeKeyOf = ({ recipe }: RunRecord, controls: readonly ControlRule[] = []): string => {
  const paths = controls.filter(({ same }) => same.includes('*')).flatMap((rule) => Object.keys(rule.recipe));
  return JSON.stringify(sorted(paths.reduce(without, recipe)));
};
