/** A submission's body from the options of `topiary submit`. The server knows the defaults and checks the rest. */
import { readFile } from 'node:fs/promises';
import type { CreateSubmission } from '@topiary/client';
import { UsageError } from './exit.js';

type Body = Extract<CreateSubmission, { kind: 'recipe' }>;
type Recipe = NonNullable<Body['recipe']>;
type Fields = Record<string, unknown>;

export interface BodyOptions {
  readonly board?: string;
  readonly title?: string;
  readonly recipe?: string;
  readonly criterion?: string;
  readonly regularizer?: string;
  readonly procedure?: string;
  readonly scope?: string;
  readonly param?: readonly string[];
  readonly prune?: readonly string[];
  readonly sparsify?: readonly string[];
  readonly finetune?: readonly string[];
  readonly target?: readonly string[];
  readonly seed?: readonly string[];
}

/** `0.1`, `true` and `null` are what they look like in JSON; everything else is text. */
const jsonOrText = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
};

const assignments = (option: string, texts: readonly string[] = []): Fields =>
  Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) throw new UsageError(`--${option} takes name=value, not '${text}'`);
      return [name, jsonOrText(value!)];
    }),
  );

/** `criterion.alpha=0.5`; without a part it is the criterion's. */
const parameters = (texts: readonly string[] = []): Record<string, Fields> => {
  const parts: Record<string, Fields> = {};
  for (const [name, value] of Object.entries(assignments('param', texts))) {
    const [part, parameter] = name.includes('.') ? (name.split('.') as [string, string]) : ['criterion', name];
    parts[part] = { ...parts[part], [parameter]: value };
  }
  return parts;
};

/** `0`, `0,1`, `0-4`. */
const seeds = (texts: readonly string[]): number[] =>
  texts
    .flatMap((text) => text.split(','))
    .flatMap((text) => {
      const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text.trim()) ?? [];
      if (from === undefined) throw new UsageError(`--seed takes numbers such as 0 or 0-4, not '${text}'`);
      const [first, last] = [Number(from), Number(to ?? from)];
      return Array.from({ length: Math.max(0, Math.min(last, first + 99) - first + 1) }, (_, i) => first + i);
    });

const fromFile = async (path: string | undefined, stdin: () => Promise<string>): Promise<Partial<Body>> => {
  if (path === undefined) return {};
  const text = path === '-' ? await stdin() : await readFile(path, 'utf8');
  try {
    const value = JSON.parse(text) as Partial<Body> & { recipe?: Recipe };
    // A whole submission, or its recipe alone.
    return 'recipe' in value || 'board' in value ? value : { recipe: value as Recipe };
  } catch (error) {
    throw new UsageError(`--recipe ${path}: ${(error as Error).message}`);
  }
};

const NULL: Readonly<Record<string, null>> = { none: null, null: null };
const method = (id: string): string | null => (id in NULL ? null : id);

/** What the options say wins over what the file says. */
export const bodyOf = async (options: BodyOptions, stdin: () => Promise<string>): Promise<Body> => {
  const file = await fromFile(options.recipe, stdin);
  const recipe: Fields = { ...file.recipe };
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
  const board = options.board ?? file.board;
  if (board === undefined) throw new UsageError('submit needs --board <id>; the boards are at /boards');
  return {
    ...file,
    kind: 'recipe',
    board,
    recipe: recipe as Recipe,
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.target === undefined ? {} : { targets: options.target.flatMap((text) => text.split(',')) }),
    ...(options.seed === undefined ? {} : { seeds: seeds(options.seed) }),
  };
};
