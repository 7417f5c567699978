/** The state of the submit form, and the request it stands for. */
import type { Board, CreateSubmissionInput, MethodDescription, MethodKind, RecipeInput } from '@topiary/contracts';
import { changed, type FieldDescription, type Raw, rawOf, type Value } from './fields.js';
import { PRUNE_FIELDS, trainingFields } from './recipe-fields.js';
import { t } from './words.js';

export const KINDS = ['criterion', 'regularizer', 'procedure'] as const satisfies readonly MethodKind[];
export const SCOPES = ['global', 'local', 'isomorphic'] as const;

export interface FormState {
  readonly board: string;
  readonly title: string;
  readonly methods: Readonly<Record<MethodKind, string | null>>;
  readonly params: Readonly<Record<MethodKind, Raw>>;
  readonly scope: (typeof SCOPES)[number];
  readonly targets: readonly string[];
  readonly seeds: string;
  readonly prune: Raw;
  readonly sparsify: Raw;
  readonly finetune: Raw;
}

export const DEFAULT_CRITERION = 'magnitude-l2';

export const blankForm: FormState = {
  board: '',
  title: '',
  methods: { criterion: DEFAULT_CRITERION, regularizer: null, procedure: null },
  params: { criterion: {}, regularizer: {}, procedure: {} },
  scope: 'global',
  targets: ['2x'],
  seeds: '0',
  prune: {},
  sparsify: {},
  finetune: {},
};

const record = (value: unknown): Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, Value>) : {};

const rawRecord = (value: unknown): Raw =>
  Object.fromEntries(Object.entries(record(value)).map(([id, entry]) => [id, rawOf(entry)]));

const idOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A form that would send this recipe again; used by "change and submit". */
export const formFromRecipe = (recipe: Readonly<Record<string, unknown>>): Partial<FormState> => {
  const params = record(recipe['params']) as Readonly<Record<string, unknown>>;
  return {
    methods: {
      criterion: idOrNull(recipe['criterion']),
      regularizer: idOrNull(recipe['regularizer']),
      procedure: idOrNull(recipe['procedure']),
    },
    params: {
      criterion: rawRecord(params['criterion']),
      regularizer: rawRecord(params['regularizer']),
      procedure: rawRecord(params['procedure']),
    },
    scope: SCOPES.find((scope) => scope === recipe['scope']) ?? 'global',
    prune: rawRecord(recipe['prune']),
    sparsify: rawRecord(recipe['sparsify']),
    finetune: rawRecord(recipe['finetune']),
  };
};

/** `0, 1 2` -> [0, 1, 2]; `null` when something in it is no seed. */
export const readSeeds = (text: string): number[] | null => {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const seeds = [...new Set(parts.map(Number))];
  const fits = seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31);
  return fits && seeds.length > 0 && seeds.length <= 16 ? seeds : null;
};

export const parametersOf = (
  methods: readonly MethodDescription[],
  kind: MethodKind,
  id: string | null,
): readonly FieldDescription[] => methods.find((method) => method.kind === kind && method.id === id)?.parameters ?? [];

type RecipeBody = Extract<CreateSubmissionInput, { kind: 'recipe' }>;

export interface Built {
  readonly body: RecipeBody;
  /** By the field's path in the request. */
  readonly errors: Readonly<Record<string, string>>;
  readonly runs: number;
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

/** `board`: the chosen one; a value that is its own default is not sent. */
export const buildRequest = (
  state: FormState,
  methods: readonly MethodDescription[],
  board?: Pick<Board, 'sparsify' | 'finetune'>,
): Built => {
  const errors: Record<string, string> = {};
  const part = (fields: readonly FieldDescription[], raw: Raw, path: string) => {
    const read = changed(fields, raw, path);
    Object.assign(errors, read.errors);
    return read.values;
  };
  const params: Record<string, object> = {};
  for (const kind of KINDS) {
    const fields = parametersOf(methods, kind, state.methods[kind]);
    const values = part(fields, state.params[kind], `recipe.params.${kind}`);
    if (!isEmpty(values)) params[kind] = values;
  }
  const prune = part(PRUNE_FIELDS, state.prune, 'recipe.prune');
  const isSparse = state.methods.regularizer !== null;
  const sparsify = isSparse ? part(trainingFields(board?.sparsify), state.sparsify, 'recipe.sparsify') : {};
  const finetune = part(trainingFields(board?.finetune), state.finetune, 'recipe.finetune');
  const seeds = readSeeds(state.seeds);
  if (state.board === '') errors['board'] = t('field.required');
  if (state.targets.length === 0) errors['targets'] = t('field.oneTarget');
  if (seeds === null) errors['seeds'] = t('field.seeds');
  if (state.methods.criterion === null && state.methods.procedure === null) {
    errors['recipe.criterion'] = t('field.method');
  }
  const recipe = {
    criterion: state.methods.criterion,
    ...(state.methods.regularizer === null ? {} : { regularizer: state.methods.regularizer }),
    ...(state.methods.procedure === null ? {} : { procedure: state.methods.procedure }),
    scope: state.scope,
    ...(isEmpty(params) ? {} : { params }),
    ...(isEmpty(prune) ? {} : { prune }),
    ...(isEmpty(sparsify) ? {} : { sparsify }),
    ...(isEmpty(finetune) ? {} : { finetune }),
  } as RecipeInput;
  const title = state.title.trim();
  return {
    body: {
      kind: 'recipe',
      board: state.board,
      ...(title === '' ? {} : { title }),
      recipe,
      targets: [...state.targets],
      seeds: seeds ?? [0],
    },
    errors,
    runs: state.targets.length * (seeds?.length ?? 1),
  };
};
