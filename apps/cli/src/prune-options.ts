/** The options of `topiary prune`, and what they ask for. */
import { assignments } from './assignments.js';
import type { Values } from './command.js';
import { UsageError } from './exit.js';

const SCOPES = ['local', 'global', 'isomorphic'] as const;
const COUNTERS = ['published', 'pure'] as const;

const oneOf = <T extends string>(option: string, known: readonly T[], text: string): T => {
  const found = known.find((each) => each === text);
  if (found === undefined) throw new UsageError(`--${option} takes ${known.join(', ')}, not '${text}'`);
  return found;
};

const number = (option: string, text: string, min: number, max: number, isWhole = false): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  const kind = isWhole ? 'a whole number' : 'a number';
  throw new UsageError(`--${option} takes ${kind} from ${min} to ${max}, not '${text}'`);
};

/** `2`, `2x`, `2.5x`. */
const targetOf = (text: string): number => {
  const value = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1]);
  if (value > 1 && value <= 1000) return value;
  throw new UsageError(`--target takes a speed-up such as 2x, not '${text}'`);
};

export const OPTIONS = {
  target: { type: 'string', short: 't', value: '2x', help: 'how many times fewer multiply-accumulates (2x)' },
  output: { type: 'string', short: 'o', value: 'file.onnx', help: 'the smaller network (<file>.<target>.onnx)' },
  criterion: {
    type: 'string',
    short: 'c',
    value: 'id',
    help: 'what scores the channels; some need pictures (magnitude-l2)',
    choices: async () => (await import('./local/criterion.js')).criteria(),
  },
  param: { type: 'string', multiple: true, value: 'name=value', help: "a parameter of the criterion's" },
  scope: {
    type: 'string',
    value: SCOPES.join('|'),
    help: 'who competes with whom: channels of a layer, of all layers, of alike layers (global)',
    choices: () => SCOPES,
  },
  protection: { type: 'string', value: 'share', help: 'of every layer that stays in any case (0.1)' },
  'round-to': { type: 'string', value: 'number', help: 'channels left are a multiple of it (1)' },
  keep: {
    type: 'string',
    multiple: true,
    value: 'layer',
    help: 'keeps all channels of a layer; * stands for anything',
  },
  heads: { type: 'boolean', help: 'whole attention heads may leave, too' },
  estimates: { type: 'string', value: 'number', help: 'how often scores are taken on the way (1)' },
  counter: {
    type: 'string',
    value: COUNTERS.join('|'),
    help: 'counts as the literature does, or layers and attention alone (published)',
    choices: () => COUNTERS,
  },
  seed: { type: 'string', value: 'number', help: 'for whatever draws (0)' },
  data: {
    type: 'string',
    value: 'folder',
    help: 'pictures in train/<class> and val/<class>: for criteria that need them, and to see what is lost',
  },
  finetune: { type: 'string', value: 'folder', help: 'trains what is left on such a folder' },
  train: { type: 'string', multiple: true, value: 'name=value', help: 'that training: steps, batch, lr, optimizer, …' },
  mean: { type: 'string', value: 'r,g,b', help: "of the pictures' channels from 0 to 1 (that of ImageNet)" },
  std: { type: 'string', value: 'r,g,b', help: 'their standard deviation (that of ImageNet)' },
  batches: { type: 'string', value: 'number', help: 'of 128 pictures for a criterion (4)' },
  widths: { type: 'boolean', help: "list every layer's channels before and after" },
  'dry-run': { type: 'boolean', help: 'write nothing' },
} as const;

export type Given = Values<typeof OPTIONS>;

export const requestOf = (given: Given) => ({
  target: {
    value: targetOf(given.target ?? '2x'),
    counter: oneOf('counter', COUNTERS, given.counter ?? 'published'),
  },
  criterion: given.criterion ?? 'magnitude-l2',
  params: assignments('param', given.param),
  scope: oneOf('scope', SCOPES, given.scope ?? 'global'),
  protection: number('protection', given.protection ?? '0.1', 0, 0.95),
  roundTo: number('round-to', given['round-to'] ?? '1', 1, 64, true),
  keep: given.keep ?? [],
  heads: given.heads ?? false,
  estimates: number('estimates', given.estimates ?? '1', 1, 400, true),
  seed: number('seed', given.seed ?? '0', 0, 2 ** 31, true),
  training: given.finetune === undefined ? null : assignments('train', given.train),
});

const IMAGENET = { mean: '0.485,0.456,0.406', std: '0.229,0.224,0.225' };

const perChannel = (option: 'mean' | 'std', text: string = IMAGENET[option]): number[] =>
  text.split(',').map((each) => number(option, each, option === 'std' ? 1e-6 : -1000, 1000));

/** The pictures that a caller names, or null. */
export const picturesOf = (given: Given) => {
  const { data, finetune } = given;
  const folder = finetune ?? data;
  if (data !== undefined && finetune !== undefined && data !== finetune)
    throw new UsageError('--data and --finetune name two folders; one has train and val for both');
  const idle = (['train', 'mean', 'std', 'batches'] as const).find((name) => given[name] !== undefined);
  if (folder === undefined && idle !== undefined) throw new UsageError(`--${idle} says nothing without pictures`);
  if (folder === undefined) return null;
  if (finetune === undefined && given.train !== undefined)
    throw new UsageError('--train says nothing without --finetune');
  return {
    folder,
    mean: perChannel('mean', given.mean),
    std: perChannel('std', given.std),
    batches: number('batches', given.batches ?? '4', 1, 64, true),
  };
};
