/** `topiary prune`: makes a network smaller on this machine, without a server, and says what was kept. */
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { assignments } from '../assignments.js';
import { type Context, defineCommand, type Values } from '../command.js';
import { EXIT, UsageError } from '../exit.js';

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

const OPTIONS = {
  target: { type: 'string', short: 't', value: '2x', help: 'how many times fewer multiply-accumulates (2x)' },
  output: { type: 'string', short: 'o', value: 'file.onnx', help: 'the smaller network (<file>.<target>.onnx)' },
  criterion: {
    type: 'string',
    short: 'c',
    value: 'id',
    help: 'what scores the channels, of those that need no data (magnitude-l2)',
    choices: async () => (await import('../local/data-free.js')).dataFree(),
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
  seed: { type: 'string', value: 'number', help: 'for criteria that draw (0)' },
  widths: { type: 'boolean', help: "list every layer's channels before and after" },
  'dry-run': { type: 'boolean', help: 'write nothing' },
} as const;

const requestOf = (given: Values<typeof OPTIONS>) => ({
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
});

/** A reader never finds half a file. */
const write = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  const part = `${path}.part`;
  await writeFile(part, bytes);
  await rename(part, path);
};

const modules = async () => {
  const [{ readNetwork }, { pruneNetwork }, { stagesOf }, { prunedJson, prunedText }] = await Promise.all([
    import('../local/network.js'),
    import('../local/prune-network.js'),
    import('../local/stages.js'),
    import('../local/pruned-text.js'),
  ]);
  return { readNetwork, pruneNetwork, stagesOf, prunedJson, prunedText };
};

const run = async (context: Context, operands: readonly string[], given: Values<typeof OPTIONS>): Promise<number> => {
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw new UsageError('prune takes one file');
  const request = requestOf(given);
  const output = given.output ?? `${file.replace(/\.onnx$/, '')}.${request.target.value}x.onnx`;
  if (resolve(output) === resolve(file)) throw new UsageError(`--output ${output} is the network itself`);

  const { readNetwork, pruneNetwork, stagesOf, prunedJson, prunedText } = await modules();
  const stages = stagesOf(context, context.signal);
  const network = await stages.run('read', 0, () => readNetwork(file));
  const pruned = await pruneNetwork(network, request, stages);
  const written = given['dry-run'] ? null : { output, kept: `${output.replace(/\.onnx$/, '')}.kept.json` };
  if (written) {
    const kept = pruned.cut.kept.map((entry) => ({ ...entry, kept: Array.from(entry.kept) }));
    await stages.run('write', 0.95, async () => {
      await write(written.output, pruned.bytes);
      await write(written.kept, `${JSON.stringify(kept)}\n`);
    });
  }
  const before = network.bytes.length;
  context.out(
    context.json
      ? `${JSON.stringify(prunedJson(pruned, before, written, stages.seconds))}\n`
      : prunedText(pruned, before, written, given.widths ?? false),
  );
  return EXIT.ok;
};

export const Prune = defineCommand({
  name: 'prune',
  summary: 'makes a network smaller on this machine, without a server',
  operands: '<file.onnx>',
  options: OPTIONS,
  examples: [
    'topiary prune net.onnx --target 2x -o small.onnx',
    'topiary prune net.onnx -t 1.5x --scope isomorphic --keep "layer1.*" --widths',
    'topiary prune net.onnx -t 4x -c lamp --estimates 40 --dry-run',
  ],
  run,
});
