/** A recipe as sentences: what was scored, who competed, how it was cut and trained. */
import type { MethodDescription, Row } from '@topiary/contracts';
import { formatFixed, formatShare } from '../../lib/format.js';
import { counter, translator } from '../../lib/i18n.js';
import { explained } from '../../messages/en/explained.js';

export const t = translator(explained);
export const tn = counter(explained);

type Recipe = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields => (value !== null && typeof value === 'object' ? (value as Fields) : {});
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export const methodIn = (
  recipe: Recipe,
  kind: MethodDescription['kind'],
  methods: readonly MethodDescription[],
): MethodDescription | undefined => methods.find((one) => one.kind === kind && one.id === recipe[kind]);

/** Parameters of a method that are not its defaults, by their titles. */
const otherwise = (recipe: Recipe, { kind, parameters }: MethodDescription): string[] => {
  const given = fields(fields(recipe['params'])[kind]);
  const list = parameters
    .filter(({ id, default: usual }) => given[id] !== undefined && given[id] !== usual)
    .map(({ id, title }) => `${title} ${String(given[id])}`);
  return list.length === 0 ? [] : [t('explained.parameters', { list: list.join(', ') })];
};

const OPTIMIZERS: Readonly<Record<string, string>> = { sgd: 'SGD', adamw: 'AdamW' };
const optimizerName = (id: string): string => OPTIMIZERS[id] ?? id;

const trainingText = (training: Fields): string =>
  t('explained.training', {
    steps: String(training['steps'] ?? '?'),
    batch: String(training['batch'] ?? '?'),
    optimizer: optimizerName(String(training['optimizer'] ?? '?')),
    lr: String(training['lr'] ?? '?'),
    schedule: String(training['schedule'] ?? '?'),
  });

const ofMethod = (
  recipe: Recipe,
  kind: MethodDescription['kind'],
  methods: readonly MethodDescription[],
  say: (method: MethodDescription) => string,
): string[] => {
  const id = recipe[kind];
  if (typeof id !== 'string') return [];
  const method = methodIn(recipe, kind, methods);
  if (id.startsWith('uploaded:')) return [t('explained.uploaded.criterion')];
  return method ? [say(method), ...otherwise(recipe, method)] : [t('explained.unknown', { id })];
};

const scopes = ['global', 'local', 'isomorphic'] as const;

/** How channels were chosen and cut; nothing of it holds for a whole way of its own. */
const cutWords = (recipe: Recipe): string[] => {
  const prune = fields(recipe['prune']);
  const scope = scopes.find((one) => one === recipe['scope']);
  const [protection, roundTo, steps] = [number(prune['protection']), number(prune['roundTo']), number(prune['steps'])];
  const ignored = Array.isArray(prune['ignore']) ? prune['ignore'] : [];
  return [
    ...(scope ? [t(`explained.scope.${scope}`)] : []),
    ...(prune['solve'] === 'bisect' || steps === 1
      ? [t('explained.once')]
      : steps
        ? [t('explained.estimates', { n: steps })]
        : []),
    ...(protection ? [t('explained.protection', { share: formatShare(protection, 1) })] : []),
    ...(roundTo && roundTo > 1 ? [t('explained.roundTo', { n: roundTo })] : []),
    ...(prune['heads'] === true ? [t('explained.heads')] : []),
    ...(ignored.length > 0 ? [t('explained.ignore', { list: ignored.join(', ') })] : []),
    ...(prune['shuffle'] === true ? [t('explained.shuffle')] : []),
  ];
};

const finetuneWords = (recipe: Recipe): string[] => {
  const training = fields(recipe['finetune']);
  if (training['steps'] === undefined) return [];
  if (training['steps'] === 0) return [t('explained.noFinetune')];
  const kind = training['distillation'];
  return [
    t('explained.finetune', { training: trainingText(training) }),
    ...(typeof kind === 'string' && kind !== 'none' ? [t('explained.distilled', { kind })] : []),
  ];
};

const stepWords = (recipe: Recipe, methods: readonly MethodDescription[]): string[] => [
  ...ofMethod(recipe, 'procedure', methods, ({ title, summary }) => t('explained.procedure', { title, summary })),
  ...ofMethod(recipe, 'regularizer', methods, ({ title, summary }) =>
    t('explained.sparsify', { title, summary, training: trainingText(fields(recipe['sparsify'])) }),
  ),
  ...ofMethod(recipe, 'criterion', methods, ({ title, summary }) => t('explained.scores', { title, summary })),
  ...(typeof recipe['criterion'] === 'string' ? cutWords(recipe) : []),
  ...finetuneWords(recipe),
];

/** One list of sentences for each step of it. */
export const recipeWords = (
  { recipe, provenance }: Pick<Row, 'recipe' | 'provenance'>,
  methods: readonly MethodDescription[],
): readonly (readonly string[])[] => {
  if (Object.keys(recipe).length === 0) return provenance === 'reported' ? [[t('explained.reported')]] : [];
  if (recipe['models'] !== undefined) return [[t('explained.uploaded.network'), ...finetuneWords(recipe)]];
  const next = Array.isArray(recipe['next']) ? (recipe['next'] as Recipe[]) : [];
  return [recipe, ...next].map((step) => stepWords(step, methods));
};

/** Methods that a recipe names, in the order in which they act. */
export const methodsIn = ({ recipe }: Pick<Row, 'recipe'>, methods: readonly MethodDescription[]) => {
  const next = Array.isArray(recipe['next']) ? (recipe['next'] as Recipe[]) : [];
  const kinds = ['procedure', 'regularizer', 'criterion'] as const;
  const found = [recipe, ...next].flatMap((step) => kinds.flatMap((kind) => methodIn(step, kind, methods) ?? []));
  return [...new Set(found)];
};

export const valueText = (value: number, digits: number, unit: string): string =>
  `${formatFixed(value, digits)} ${unit}`.trim();
