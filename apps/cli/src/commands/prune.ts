/** `topiary prune`: makes a network smaller on this machine, without a server, and says what was kept. */
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { type Given, OPTIONS, picturesOf, requestOf } from '../prune-options.js';

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

const run = async (context: Context, operands: readonly string[], given: Given): Promise<number> => {
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw new UsageError('prune takes one file');
  const request = requestOf(given);
  const pictures = picturesOf(given);
  const output = given.output ?? `${file.replace(/\.onnx$/, '')}.${request.target.value}x.onnx`;
  if (resolve(output) === resolve(file)) throw new UsageError(`--output ${output} is the network itself`);

  const { readNetwork, pruneNetwork, stagesOf, prunedJson, prunedText } = await modules();
  const stages = stagesOf(context, context.signal);
  const network = await stages.run('read', 0, () => readNetwork(file));
  const data =
    pictures === null
      ? null
      : await stages.run('open pictures', 0.1, async () => {
          const open = await (await import('../local/load-data.js')).loadData();
          const seed = request.seed;
          return open(network, { ...pictures, flip: true, seed, note: context.note }, context.signal);
        });
  const pruned = await pruneNetwork(network, request, stages, data);
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
    'topiary prune net.onnx -c taylor --finetune pictures --train steps=2000   # pictures/train/<class>/…, pictures/val/<class>/…',
  ],
  run,
});
