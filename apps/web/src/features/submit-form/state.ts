/** The state of the submit form, and the request it stands for. */
import type { Board, CreateSubmissionInput, MethodDescription, MethodKind, RecipeInput } from '@topiary/contracts';
import { changed, type FieldDescription, type Raw, rawOf, type Value } from './fields.js';
import { pruneFields, trainingFields } from './recipe-fields.js';
import { t } from './words.js';

export const KINDS = ['criterion', 'regularizer', 'procedure'] as const satisfies readonly MethodKind[];
export const SCOPES = ['global', 'local', 'isomorphic'] as const;

/** One step of a recipe: who does the work, and how it trains. */
export interface StepState {
  readonly methods: Readonly<Record<MethodKind, string | null>>;
  readonly params: Readonly<Record<MethodKind, Raw>>;
  readonly scope: (typeof SCOPES)[number];
  readonly prune: Raw;
  readonly sparsify: Raw;
  readonly finetune: Raw;
}

export interface FormState extends StepState {
  readonly board: string;
  readonly title: string;
  readonly isPrivate: boolean;
  readonly targets: readonly string[];
  readonly seeds: string;
  /** Further steps, each of which begins with what the one before made. */
  readonly next: readonly StepState[];
}

/** As the API has it: eight steps in all. */
export const MOST_NEXT = 7;

export const DEFAULT_CRITERION = 'magnitude-l2';

export const blankStep: StepState = {
  methods: { criterion: DEFAULT_CRITERION, regularizer: null, procedure: null },
  params: { criterion: {}, regularizer: {}, procedure: {} },
  scope: 'global',
  prune: {},
  sparsify: {},
  finetune: {},
};

/** What the rows that come with the project are cut in. */
export const usualScope = (board: Pick<Board, 'scope'> | undefined): StepState['scope'] =>
  board?.scope ?? blankStep.scope;

export const blankForm: FormState = {
  ...blankStep,
  ...{ board: '', title: '', isPrivate: false, targets: ['2x'], seeds: '0', next: [] },
};

/** All steps with their paths in the request. */
export const stepsOf = (state: FormState): readonly (readonly [path: string, step: StepState])[] => [
  ['recipe', state],
  ...state.next.map((step, i) => [`next.${i}`, step] as const),
];

const record = (value: unknown): Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, Value>) : {};

const rawRecord = (value: unknown): Raw =>
  Object.fromEntries(Object.entries(record(value)).map(([id, entry]) => [id, rawOf(entry)]));

const idOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const stepFromRecipe = (recipe: Readonly<Record<string, unknown>>): StepState => {
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

/** A form that would send this recipe again; used by "change and submit". */
export const formFromRecipe = (recipe: Readonly<Record<string, unknown>>): Partial<FormState> => {
  const next = Array.isArray(recipe['next']) ? (recipe['next'] as Readonly<Record<string, unknown>>[]) : [];
  return { ...stepFromRecipe(recipe), next: next.slice(0, MOST_NEXT).map(stepFromRecipe) };
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

type Errors = Record<string, string>;
type Defaults = Pick<Board, 'sparsify' | 'finetune' | 'prune'>;

interface Context {
  readonly methods: readonly MethodDescription[];
  readonly board: Defaults | undefined;
  readonly errors: Errors;
}

/** One step as it is sent: only what differs from the defaults. Scope and pruning are a criterion's alone. */
const recipeOf = (step: StepState, path: string, { methods, board, errors }: Context): RecipeInput => {
  const read = (fields: readonly FieldDescription[], raw: Raw, name: string) => {
    const found = changed(fields, raw, `${path}.${name}`);
    Object.assign(errors, found.errors);
    return found.values;
  };
  const part = (fields: readonly FieldDescription[], raw: Raw, name: string) => {
    const values = read(fields, raw, name);
    return isEmpty(values) ? {} : { [name]: values };
  };
  const params: Record<string, object> = {};
  for (const kind of KINDS) {
    const values = read(parametersOf(methods, kind, step.methods[kind]), step.params[kind], `params.${kind}`);
    if (!isEmpty(values)) params[kind] = values;
  }
  const { criterion, regularizer, procedure } = step.methods;
  if (criterion === null && procedure === null) errors[`${path}.criterion`] = t('field.method');
  return {
    criterion,
    ...(regularizer === null ? {} : { regularizer }),
    ...(procedure === null ? {} : { procedure }),
    ...(criterion === null ? {} : { scope: step.scope }),
    ...(isEmpty(params) ? {} : { params }),
    ...(criterion === null ? {} : part(pruneFields(board?.prune), step.prune, 'prune')),
    ...(regularizer === null ? {} : part(trainingFields(board?.sparsify), step.sparsify, 'sparsify')),
    ...part(trainingFields(board?.finetune), step.finetune, 'finetune'),
  } as RecipeInput;
};

/** `board`: the chosen one; a value that is its own default is not sent. */
export const buildRequest = (state: FormState, methods: readonly MethodDescription[], board?: Defaults): Built => {
  const errors: Errors = {};
  const context: Context = { methods, board, errors };
  const [recipe, ...next] = stepsOf(state).map(([path, step]) => recipeOf(step, path, context));
  const seeds = readSeeds(state.seeds);
  if (state.board === '') errors['board'] = t('field.required');
  if (state.targets.length === 0) errors['targets'] = t('field.oneTarget');
  if (seeds === null) errors['seeds'] = t('field.seeds');
  const title = state.title.trim();
  return {
    body: {
      kind: 'recipe',
      board: state.board,
      ...(title === '' ? {} : { title }),
      ...(state.isPrivate ? { private: true } : {}),
      recipe: recipe!,
      ...(next.length === 0 ? {} : { next }),
      targets: [...state.targets],
      seeds: seeds ?? [0],
    },
    errors,
    runs: state.targets.length * (seeds?.length ?? 1),
  };
};
