/** `topiary prune` and `topiary explain` on this machine, without a server: what they write, and what they say. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, elements, encode, floats, type Graph, int, tensorOf, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import type Sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { random } from '../../helpers/random.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { topiaryCli } from '../../helpers/topiary-cli.js';
import { network } from '../../packages/pruning/small-nets.js';

// nobody listens there: nothing here may ask a server
const { run: topiary } = topiaryCli({ url: 'http://127.0.0.1:9', ownerKey: '' });
// the image library is the zoo's
const sharp: typeof Sharp = createRequire(join(import.meta.dirname, '../../../packages/zoo/package.json'))('sharp');
const folder = mkdtempSync(join(tmpdir(), 'topiary-prune-'));

const fileOf = (id: string): { path: string; graph: Graph } => {
  const graph = materialize(buildModel(modelOf(id)), 5);
  const path = join(folder, `${id}.onnx`);
  writeFileSync(path, encode(graph));
  return { path, graph };
};
const resnet = fileOf('resnet-tiny');
const vit = fileOf('vit-tiny');

const read = (path: string): Graph => canonicalize(decode(readFileSync(path)));

interface Kept {
  readonly initializer: string;
  readonly axis: number;
  readonly kept: readonly number[];
}

/** The wide network's numbers at the kept places: what a reader of the JSON file would make of it. */
const sliced = (graph: Graph, entries: readonly Kept[], name: string): number[] => {
  const { dims, ...tensor } = tensorOf(graph.initializers.get(name)!)!;
  const numbers = toNumbers({ dims, ...tensor });
  const keptAt = dims.map((size, axis) => {
    const entry = entries.find((each) => each.initializer === name && each.axis === axis);
    return new Set(entry?.kept ?? Array(size).keys());
  });
  const step = dims.map((_, axis) => elements(dims.slice(axis + 1)));
  return numbers.filter((_, at) => dims.every((size, axis) => keptAt[axis]!.has(Math.floor(at / step[axis]!) % size)));
};

describe('topiary prune', () => {
  it.each([
    ['a residual network', resnet],
    ['a vision transformer', vit],
  ])(
    'cuts %s to half of its work: the file runs, counts as said, and holds the kept numbers',
    async (_, { path, graph }) => {
      const output = join(folder, 'half.onnx');
      const { out, err, code } = await topiary(['prune', path, '--target', '2x', '-o', output, '--json']);
      expect(err).toBe('');
      expect(code).toBe(0);
      const said = JSON.parse(out);
      const narrow = read(output);
      const [before, after] = [count(graph), count(narrow)];
      expect(before.published / after.published).toBeGreaterThanOrEqual(2);
      expect(before.published / after.published).toBeLessThan(2.06);
      expect(said).toMatchObject({
        output,
        achieved: before.published / after.published,
        params: { base: before.params, left: after.params },
        macs: { pure: { base: before.pure, left: after.pure } },
        gate: { ok: true },
      });

      const kept = JSON.parse(readFileSync(said.kept, 'utf8')) as Kept[];
      for (const { initializer } of kept) {
        expect(sliced(graph, kept, initializer)).toEqual(toNumbers(tensorOf(narrow.initializers.get(initializer)!)!));
      }
      const next = random(7);
      const dims = [2, ...graph.inputs[0]!.shape.slice(1).map(Number)];
      const picture = floats(Array.from({ length: elements(dims) }, next), dims);
      const answers = Object.values(await runOnnx(readFileSync(output), { [graph.inputs[0]!.name]: picture }));
      expect(answers[0]!.dims).toEqual([2, 10]);
      expect(toNumbers(answers[0]!).every(Number.isFinite)).toBe(true);
    },
  );

  it('writes a network with GroupNorm and SiLU in standard operators', async () => {
    const graph = network(['N', 3, 8, 8], (x, nn, b) => {
      const norm = (y: string, name: string) =>
        b.op(
          'GroupNormalization',
          [y, nn.weight(`${name}.weight`, [32], 0.2, 1), nn.weight(`${name}.bias`, [32])],
          { num_groups: int(4) },
          { domain: 'topiary', name },
        );
      const silu = (y: string) => b.op('Silu', [y], {}, { domain: 'topiary' });
      const first = silu(norm(nn.conv(x, 'conv1', 32), 'norm1'));
      return nn.head(silu(norm(nn.conv(first, 'conv2', 32), 'norm2')), 10);
    });
    const [path, output] = [join(folder, 'modern.onnx'), join(folder, 'modern-half.onnx')];
    writeFileSync(path, encode(standard(graph)));
    const { out, err, code } = await topiary(['prune', path, '--target', '2x', '-o', output, '--json']);
    expect([err, code]).toEqual(['', 0]);
    expect(JSON.parse(out)).toMatchObject({ params: { base: count(graph).params }, gate: { ok: true } });
    expect(decode(readFileSync(output)).nodes.filter(({ domain }) => domain !== '')).toEqual([]);
    expect(count(read(output)).published).toBeLessThanOrEqual(count(graph).published / 2);
    const picture = floats(Array.from({ length: 2 * 192 }, random(7)), [2, 3, 8, 8]);
    const [answers] = Object.values(await runOnnx(readFileSync(output), { x: picture }));
    expect(toNumbers(answers!).every(Number.isFinite)).toBe(true);
  });

  it('says it in words, and lists widths when asked', async () => {
    const output = join(folder, 'words.onnx');
    const { out } = await topiary(['prune', resnet.path, '-o', output, '--widths']);
    expect(out).toMatch(/^multiply-accumulates +\S+ M -> \S+ M \(2\.\d\dx\)$/m);
    expect(out).toContain('a board may take the file');
    expect(out).toMatch(/^conv1 +16 +\d+$/m);
    expect(existsSync(output)).toBe(true);
  });

  it('keeps layers whole, by name or by pattern', async () => {
    const args = ['prune', resnet.path, '--dry-run', '--json', '--target', '1.3x'];
    const { widths } = JSON.parse((await topiary([...args, '--keep', 'layer2.*.conv1'])).out);
    const kept = widths.filter(({ layer }: { layer: string }) => /^layer2\.\d\.conv1/.test(layer));
    expect(kept).toHaveLength(2);
    for (const { before, after } of kept) expect(after).toBe(before);
    expect(widths.some(({ before, after }: { before: number; after: number }) => after < before)).toBe(true);
    const wrong = await topiary([...args, '--keep', 'layer2.0.con1']);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'layer2.0.conv1'") });
  });

  it('draws the same channels from the same seed, others from another', async () => {
    const kept = async (seed: string) => {
      const output = join(folder, `random-${seed}.onnx`);
      await topiary(['prune', resnet.path, '-c', 'random', '--seed', seed, '-o', output]);
      return readFileSync(join(folder, `random-${seed}.kept.json`), 'utf8');
    };
    const [first, again, other] = [await kept('1'), await kept('1'), await kept('2')];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('re-estimates on the way when asked to, and rounds', async () => {
    const args = ['prune', resnet.path, '--dry-run', '--json', '--scope', 'local'];
    const steps = JSON.parse((await topiary([...args, '--estimates', '5', '-c', 'fpgm'])).out);
    expect(steps.achieved).toBeGreaterThanOrEqual(2);
    const rounded = JSON.parse((await topiary([...args, '--round-to', '4'])).out);
    for (const { after, before } of rounded.widths) if (after < before) expect(after % 4).toBe(0);
  });

  it('writes nothing on a dry run, and never over the network itself', async () => {
    const output = join(folder, 'dry.onnx');
    expect((await topiary(['prune', resnet.path, '-o', output, '--dry-run'])).code).toBe(0);
    expect(existsSync(output)).toBe(false);
    expect((await topiary(['prune', resnet.path, '-o', resnet.path])).code).toBe(2);
  });

  it('draws a bar at a terminal, and takes it away', async () => {
    const { err } = await topiary(['prune', resnet.path, '--dry-run'], { terminal: true });
    expect(err).toMatch(/\] 50 % {2}cut/);
    expect(err.endsWith('\r\u001b[2K')).toBe(true);
    const quiet = await topiary(['prune', resnet.path, '--dry-run', '--quiet'], { terminal: true });
    expect(quiet.err).toBe('');
  });

  it('refuses what it cannot do before it computes: where, what was expected, what to type', async () => {
    const text = join(folder, 'text.onnx');
    writeFileSync(text, '# no network');
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['nothing.onnx'], 2, 'no such file'],
      [[folder], 2, 'a folder'],
      [[text], 1, 'TOPIARY_ONNX_'],
      [[resnet.path, '-t', '0.5x'], 2, '--target takes a speed-up such as 2x'],
      [[resnet.path, '-t', '90x'], 1, 'TOPIARY_PRUNING_IMPOSSIBLE_TARGET'],
      [[resnet.path, '-c', 'taylor'], 2, 'scores with pictures'],
      [[resnet.path, '-c', 'magnitud-l2'], 2, "did you mean 'magnitude-l2'"],
      [[resnet.path, '--scope', 'wide'], 2, 'local, global, isomorphic'],
      [[resnet.path, '--protection', '2'], 2, 'from 0 to 0.95'],
      [[resnet.path, '-c', 'lamp', '--param', 'alpha=1'], 1, 'TOPIARY_METHODS_PARAMETER'],
      [[vit.path, '-c', 'bn-scale'], 1, 'TOPIARY_METHODS_CANNOT_SERVE'],
      [[], 2, 'one file'],
    ];
    for (const [args, code, words] of cases) {
      const ended = await topiary(['prune', ...args]);
      expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(words)]);
    }
  });
});

describe('topiary prune with pictures', () => {
  const pictures = join(folder, 'pictures');
  beforeAll(async () => {
    for (let n = 0; n < 10; n += 1) {
      for (const [split, times] of Object.entries({ train: 3, val: 2 })) {
        const at = join(pictures, split, `class-${n}`);
        mkdirSync(at, { recursive: true });
        for (let i = 0; i < times; i += 1) {
          const background = { r: 25 * n, g: 80 * i, b: 255 - 25 * n };
          await sharp({ create: { width: 32, height: 32, channels: 3, background } })
            .png()
            .toFile(join(at, `${i}.png`));
        }
      }
    }
  });

  it('scores by gradients, trains what is left, and says how right the network is on pictures that took no part', async () => {
    const output = join(folder, 'trained.onnx');
    const train = ['--finetune', pictures, '--train', 'steps=3', '--train', 'batch=8', '--batches', '1'];
    const { out, code } = await topiary(['prune', resnet.path, '-c', 'taylor', ...train, '-o', output, '--json']);
    expect(code).toBe(0);
    const { measured, gate, kept } = JSON.parse(out);
    expect(measured.map(({ phase, n }: { phase: string; n: number }) => [phase, n])).toEqual([
      ['base', 20],
      ['pruned', 20],
      ['fine-tuned', 20],
    ]);
    expect(gate.ok).toBe(true);
    // it was trained: the kept numbers are no longer those of the wide network
    const entries = JSON.parse(readFileSync(kept, 'utf8')) as Kept[];
    const narrow = read(output);
    const name = 'layer1.0.conv1.weight';
    expect(sliced(resnet.graph, entries, name)).not.toEqual(toNumbers(tensorOf(narrow.initializers.get(name)!)!));
  });

  it('refuses pictures of other classes, folders that are none, and settings that mean nothing', async () => {
    const few = join(folder, 'few');
    for (const split of ['train', 'val']) mkdirSync(join(few, split, 'one'), { recursive: true });
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['--data', few], 1, 'TOPIARY_ONNX_UNSUPPORTED'],
      [['--data', join(folder, 'absent')], 1, 'TOPIARY_ZOO_DATA_MISSING'],
      [['--train', 'steps=2'], 2, 'says nothing without pictures'],
      [['--data', pictures, '--train', 'steps=2'], 2, '--train says nothing without --finetune'],
      [['--finetune', pictures, '--train', 'steps=many'], 2, '--train steps'],
      [['--data', pictures, '--mean', 'grey'], 2, '--mean takes a number'],
    ];
    for (const [args, code, words] of cases) {
      const ended = await topiary(['prune', resnet.path, ...args]);
      expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(words)]);
    }
  });

  it.skipIf(withoutSamples())('finds a published network as right as it is known to be', async () => {
    const args = ['--data', sample('cifar10'), '--dry-run', '--json', '-t', '1.2x'];
    const { out } = await topiary(['prune', sample('weights', 'resnet20-cifar10.onnx'), ...args]);
    // on the 1,017 test pictures of the samples, as PyTorch finds it
    expect(JSON.parse(out).measured[0]).toMatchObject({ phase: 'base', n: 1017, value: expect.closeTo(91.64, 2) });
  });
});

describe('topiary explain', () => {
  it('says what every layer and block costs: together what the network costs', async () => {
    const explained = JSON.parse((await topiary(['explain', vit.path, '--json'])).out);
    const { params, pure } = count(vit.graph);
    const sum = (of: (layer: { params: number; macs: { pure: number } }) => number) =>
      explained.layers.map(of).reduce((a: number, b: number) => a + b, 0);
    expect([sum((layer) => layer.params), sum((layer) => layer.macs.pure)]).toEqual([params, pure]);
    expect(explained.blocks.map(({ parts }: { parts: string[] }) => parts)).toEqual(
      Array(3).fill(['attention', 'MLP']),
    );
  });

  it('says which channels leave together, and which stay and why', async () => {
    const { out, code } = await topiary(['explain', resnet.path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^layer1\.0\.conv1 +Conv/m);
    expect(out).toContain('groups,');
    expect(out).toMatch(/all of 10: output 'logits' of the network/);
  });

  it('names the operator that it does not know', async () => {
    const b = decode(readFileSync(resnet.path));
    const path = join(folder, 'unknown.onnx');
    const nodes = b.nodes.map((node) => (node.op === 'Relu' ? { ...node, op: 'Rolu' } : node));
    writeFileSync(path, encode({ ...b, nodes }));
    const { code, err } = await topiary(['explain', path]);
    expect([code, err]).toEqual([1, expect.stringContaining('Rolu')]);
  });
});
