/** A recipe of built-in methods. The server knows the defaults and checks the rest. */
import { readFile } from 'node:fs/promises';
import type { CreateSubmission } from '@topiary/client';
import { assignments } from '../assignments.js';
import { UsageError } from '../exit.js';
import { type BodyOptions, boardOf, type Kind, seedsOf, targetsOf } from './_kind.js';

type Body = Extract<CreateSubmission, { kind: 'recipe' }>;
type Recipe = NonNullable<Body['recipe']>;
type Fields = Record<string, unknown>;

/** `criterion.alpha=0.5`; without a part it is the criterion's. */
const parameters = (texts: readonly string[] = []): Record<string, Fields> => {
  const parts: Record<string, Fields> = {};
  for (const [name, value] of Object.entries(assignments('param', texts))) {
    const [part, parameter] = name.includes('.') ? (name.split('.') as [string, string]) : ['criterion', name];
    parts[part] = { ...parts[part], [parameter]: value };
  }
  return parts;
};

type Written = Partial<Body> | Exclude<CreateSubmission, Body>;

const fromFile = async (path: string | undefined, stdin: () => Promise<string>): Promise<Written> => {
  if (path === undefined) return {};
  const text = path === '-' ? await stdin() : await readFile(path, 'utf8');
  try {
    const value = JSON.parse(text) as Written;
    // A whole submission, or its recipe alone.
    return 'recipe' in value || 'board' in value ? value : { recipe: value as Recipe };
  } catch (error) {
    throw new UsageError(`--recipe ${path}: ${(error as Error).message}`);
  }
};

const NULL: Readonly<Record<string, null>> = { none: null, null: null };
const method = (id: string): string | null => (id in NULL ? null : id);

/** What the options say wins over what the file says. */
export const recipeOf = (file: Recipe, options: BodyOptions): Recipe => {
  const recipe: Fields = { ...file };
  for (const part of ['criterion', 'regularizer', 'procedure'] as const) {
    const id = options[part];
    if (id !== undefined) recipe[part] = method(id);
  }
  if (options.scope !== undefined) recipe['scope'] = options.scope;
  const merged = {
    params: parameters(options.param),
    prune: assignments('prune', options.prune),
    sparsify: assignments('sparsify', options.sparsify),
    finetune: assignments('finetune', options.finetune),
  };
  for (const [name, fields] of Object.entries(merged))
    if (Object.keys(fields).length > 0) recipe[name] = { ...(recipe[name] as Fields | undefined), ...fields };
  return recipe as Recipe;
};

const NAMES_FILES: readonly string[] = ['recipe', 'board', 'title', 'seed'];

/** A written submission of another kind names files that the server has: it is sent as it stands. */
const asWritten = (file: Exclude<CreateSubmission, Body>, options: BodyOptions): CreateSubmission => {
  const foreign = Object.keys(options).find((name) => !NAMES_FILES.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} says nothing about a submission of kind ${file.kind}`);
  const { board = file.board, title = file.title } = options;
  return { ...file, board, title, ...seedsOf(options) } as CreateSubmission;
};

const isOtherKind = (file: Written): file is Exclude<CreateSubmission, Body> =>
  file.kind !== undefined && file.kind !== 'recipe';

export const BuiltInRecipe: Kind = {
  title: 'a recipe of built-in methods',
  takes: () => true,
  options: [
    ...(['recipe', 'criterion', 'regularizer', 'procedure', 'scope'] as const),
    ...(['param', 'prune', 'sparsify', 'finetune', 'target'] as const),
  ],
  bodyOf: async (options, { stdin }) => {
    const file = await fromFile(options.recipe, stdin);
    if (isOtherKind(file)) return asWritten(file, options);
    return {
      ...file,
      kind: 'recipe',
      board: boardOf(options.board ?? file.board),
      recipe: recipeOf(file.recipe ?? {}, options),
      ...(options.title === undefined ? {} : { title: options.title }),
      ...targetsOf(options),
      ...seedsOf(options),
    };
  },
};
