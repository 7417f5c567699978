/** A network of one's own through the whole server: command line, checks, board, submission, row; and what is refused. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Board, Leaderboard, Submission } from '@topiary/contracts';
import { encode, floats, type Graph, int, ints, withData } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { materialize } from '@topiary/zoo';
import type Sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestServer, temporaryHome, until } from '../helpers/server.js';
import { network } from '../helpers/untrained-network.js';

const root = resolve(import.meta.dirname, '../..');
const sharp: typeof Sharp = createRequire(join(root, 'packages/zoo/package.json'))('sharp');

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: TestServer;
const home = temporaryHome();

beforeAll(async () => {
  const colour = (r: number, g: number, b: number) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: { r, g, b } } });
  for (const split of ['train', 'val']) {
    for (const [label, picture] of [
      ['red', colour(220, 30, 20)],
      ['blue', colour(20, 30, 220)],
    ] as const) {
      const folder = join(home, 'datasets/colours', split, label);
      await mkdir(folder, { recursive: true });
      for (let i = 0; i < 6; i += 1)
        await picture
          .clone()
          .jpeg()
          .toFile(join(folder, `${i}.jpg`));
      await writeFile(join(folder, 'torn.jpg'), (await picture.clone().jpeg().toBuffer()).subarray(0, 100));
    }
  }
  server = await TestServer.start({ home, env: { TOPIARY_STARTERS: 'none' } });
});
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** `npm run import`, as it is bundled. */
const runImport = async (graph: Graph | Uint8Array, ...options: string[]): Promise<Ended> => {
  const file = join(home, 'net.onnx');
  await writeFile(file, graph instanceof Uint8Array ? graph : encode(graph));
  const env = { ...process.env, TOPIARY_HOME: home, TOPIARY_URL: server.url, TOPIARY_KEY: undefined };
  return new Promise((done) => {
    execFile(process.execPath, [join(root, 'dist/import.mjs'), file, ...options], { env }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, said: out + err }),
    );
  });
};

const STATISTICS = ['--mean', '.5,.5,.5', '--std', '.25,.25,.25'];
const named = (name: string, dataset = 'shapes32') => ['--name', name, '--dataset', dataset, ...STATISTICS];

const ended = (id: string): Promise<Submission> =>
  until('the run to end', 60_000, async () => {
    const submission = await server.submission(id);
    return ['done', 'failed', 'cancelled'].includes(submission.state) && submission;
  });

const submit = async (board: string): Promise<Submission> => {
  const recipe = { criterion: 'magnitude-l1', finetune: { steps: 5, batch: 8 } };
  const { id } = await server.call<Submission>('POST', '/submissions', {
    kind: 'recipe',
    board,
    recipe,
    targets: ['2x'],
  });
  return ended(id);
};

describe('a network of one’s own', () => {
  it('opens a board that takes submissions and shows their rows', async () => {
    const { code, said } = await runImport(network(), ...named('my-net'), '--title', 'My net');
    expect(said).toMatch(/warning: The network does not know its task: .*twice chance/);
    expect(said).toMatch(
      /top1 \d+\.\d+ on 4000 test examples\nloss .*\nthe board is open: .*classification\.my-net\.shapes32/,
    );
    expect(code).toBe(0);

    const id = 'classification.my-net.shapes32';
    const { items } = await server.call<{ items: Board[] }>('GET', '/boards');
    const board = items.find((one) => one.id === id)!;
    expect(board).toMatchObject({ title: 'My net on Shapes-32', state: 'open', reason: null });
    const own = items.find((one) => one.id === 'classification.resnet-tiny.shapes32')!;
    expect([board.targets, board.finetune]).toEqual([own.targets, own.finetune]);
    // Two convolutions of 8 channels, each with its norm, and the classifier: 216 + 576 + 2·16 + 80 + 10 numbers.
    expect(board.base!.params).toBe(216 + 576 + 32 + 90);

    const { runs, state } = await submit(id);
    expect([state, runs[0]!.problem]).toEqual(['done', null]);
    const { rows } = await server.call<Leaderboard>('GET', `/boards/${id}/leaderboard?target=2x`);
    expect(rows).toMatchObject([{ rank: 1, provenance: 'measured', submission: runs[0]!.submission }]);
    expect(rows[0]!.achieved).toBeGreaterThanOrEqual(2);

    const again = await runImport(network(), ...named('my-net'));
    expect([again.code, again.said]).toEqual([1, expect.stringMatching(/TOPIARY_API_CONFLICT.*Choose another name/)]);
  });

  it('may be for a folder of pictures, in its own order of classes; torn files are counted', async () => {
    const side = 24;
    // Red minus blue, so that the network knows its task: its first output is "red", the folder's first class is "blue".
    const b = createBuilder();
    const x = b.input('input', 'float32', ['N', 3, side, side]);
    const w = (name: string, dims: number[], values: number[]) =>
      b.initializer(withData(name, floats(Float32Array.from(values), dims)));
    const mixed = [0, 1, 2, 3].flatMap((o) => [0, 1, 2].flatMap((c) => (o % 2 === 0 ? [1, 0, -1] : [-1, 0, 1])[c]!));
    const first = b.op('Relu', [b.op('Conv', [x, w('a', [4, 3, 1, 1], mixed)], { kernel_shape: ints([1, 1]) })]);
    const last = w('b', [2, 4, 1, 1], [1, -1, 1, -1, -1, 1, -1, 1]);
    const y = b.op('GlobalAveragePool', [b.op('Conv', [first, last], { kernel_shape: ints([1, 1]) })]);
    b.output(b.op('Flatten', [y], { axis: int(1) }), 'logits');
    const graph = b.build('red-or-blue');

    const wrong = await runImport(graph, ...named('wrong-order', 'colours'));
    expect(wrong.said).toMatch(/top1 0\.000 on 12 test examples/);
    const { code, said } = await runImport(graph, ...named('red-or-blue', 'colours'), '--classes', 'red,blue');
    expect(said).toMatch(/top1 100\.000 on 12 test examples/);
    expect(said).toMatch(
      /warning: 2 test pictures cannot be decoded and were left out: blue\/torn\.jpg, red\/torn\.jpg/,
    );
    expect(code).toBe(0);
    // It has no batch normalisation, as the import saw.
    const scaled = { kind: 'recipe', board: 'classification.red-or-blue.colours', recipe: { criterion: 'bn-scale' } };
    await expect(server.call('POST', '/submissions', scaled)).rejects.toThrow(/TOPIARY_METHODS_CANNOT_SERVE/);
    const { runs, state } = await submit('classification.red-or-blue.colours');
    expect([state, runs[0]!.problem]).toEqual(['done', null]);
    expect(runs[0]!.result).toMatchObject({ damagedPictures: 4, flags: expect.arrayContaining(['damaged-pictures']) });
    expect(runs[0]!.result!.metrics.find(({ phase }) => phase === 'finetuned')).toMatchObject({ n: 12 });
  });
});

describe('a network that cannot be served is refused by name', () => {
  const withOp = (op: string): Graph => {
    const graph = network();
    const nodes = graph.nodes.map((node, i) => (node.op === 'Relu' && i < 4 ? { ...node, op, name: 'odd' } : node));
    return { ...graph, nodes };
  };
  const withoutGradient = (): Graph =>
    network({ middle: (b, x) => b.op('Mul', [x, b.op('ReduceProd', [x, b.int64s([2, 3])], { keepdims: int(1) })]) });
  const dense = (): Graph => {
    const b = createBuilder();
    const x = b.op('Flatten', [b.input('input', 'float32', ['N', 3, 32, 32])], { axis: int(1) });
    const w = b.parameter('w', [10, 3072], { rule: 'uniform', bound: 0.1 });
    b.output(b.op('Gemm', [x, w], { transB: int(1) }), 'logits');
    return materialize(b.build('dense'), 1);
  };
  const cases: readonly (readonly [string, () => Graph | Uint8Array, RegExp])[] = [
    ['with an operator that is not known', () => withOp('Mystery'), /TOPIARY_OPS_UNKNOWN_OPERATOR: .*Mystery/],
    ['with an operator that has no gradient', withoutGradient, /TOPIARY_OPS_NO_GRADIENT: .*got ReduceProd/],
    [
      'for a hundred classes',
      () => network({ classes: 100 }),
      /TOPIARY_ONNX_UNSUPPORTED: .*'logits'; expected float32 \[N,10\]; got float32 \[N,100\]/,
    ],
    ['for larger pictures', () => network({ side: 64 }), /expected float32 \[N,3,32,32\]; got float32 \[N,3,64,64\]/],
    ['without a channel that may leave', dense, /TOPIARY_PRUNING_NOTHING_TO_PRUNE: /],
    ['that is none', () => new TextEncoder().encode('no network'), /TOPIARY_ONNX_NOT_A_MODEL/],
  ];
  it.each(cases)('%s', async (_what, graph, sentence) => {
    const { code, said } = await runImport(graph(), ...named('odd'));
    expect(said).toMatch(sentence);
    expect(code).toBe(1);
  });

  it('and leaves no board behind', async () => {
    const { items } = await server.call<{ items: Board[] }>('GET', '/boards');
    expect(items.filter(({ model }) => model === 'odd')).toEqual([]);
  });
});
