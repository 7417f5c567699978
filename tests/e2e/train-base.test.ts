/** A real board from nothing: why it is closed, the data, a base model that is trained here, published weights, a row. */
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Board, Leaderboard, Submission } from '@topiary/contracts';
import { decode, tensorOf } from '@topiary/onnx';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TestServer, temporaryHome, until } from '../helpers/server.js';
import { writeSmallCifar } from '../helpers/small-cifar.js';

const root = resolve(import.meta.dirname, '../..');
const BOARD = 'classification.resnet20.cifar10';
const ENV = { TOPIARY_STARTERS: 'none' };

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const [home, later] = [temporaryHome(), temporaryHome()];
let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ home, env: ENV });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([home, later].map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A script as it is bundled, on this home. */
const run = (script: string, ...args: string[]): Promise<string> => {
  const { TOPIARY_URL: _url, TOPIARY_KEY: _key, ...rest } = process.env;
  const env = { ...rest, TOPIARY_HOME: home, EXECUTION_PROVIDER: 'cpu' };
  return new Promise((done, failed) => {
    execFile(process.execPath, [join(root, `dist/${script}.mjs`), ...args], { env }, (error, out, err) =>
      error ? failed(new Error(out + err)) : done(out + err),
    );
  });
};

const board = (of: TestServer, id = BOARD): Promise<Board> => of.call('GET', `/boards/${id}`);
const recipe = { criterion: 'magnitude-l1', finetune: { steps: 5, batch: 8 } };
const submit = (id: string): Promise<Submission> =>
  server.call('POST', '/submissions', { kind: 'recipe', board: id, recipe, targets: ['2x'] });

const top1 = ({ base }: Board): number => base!.metrics.find(({ id }) => id === 'top1')!.value;

it('a board without data says how to fetch them, one without a base model how to train it', async () => {
  expect(await board(server)).toMatchObject({
    state: 'reported-only',
    reason: expect.stringMatching(/cifar10\/data_batch_1\.bin.*npm run fetch-data -- cifar10/),
  });
  await writeSmallCifar(join(home, 'datasets'), { train: 32 });
  expect(await board(server)).toMatchObject({
    state: 'reported-only',
    reason: expect.stringMatching(/npm run train-base -- resnet20 cifar10.*--weights <file> --model resnet20/),
  });
  await expect(submit(BOARD)).rejects.toThrow(/409.*TOPIARY_TRACKS_BOARD_CLOSED.*train-base/);
  expect((await board(server, 'classification.resnet50.imagenet')).reason).not.toMatch(/train-base/);
});

it('a training opens the board; its accuracy is the worker’s, and rows follow', async () => {
  const said = await run('train-base', 'resnet20', 'cifar10', '--epochs', '4', '--batch', '16', '--lr', '.05');
  expect(said).toMatch(/epoch 4 of 4/);
  expect(said).toMatch(/the board is open: http.*classification\.resnet20\.cifar10/);
  const open = await board(server);
  expect(open).toMatchObject({
    state: 'open',
    reason: null,
    base: { params: 269_722, macs: { pure: 40_551_040, published: 41_120_394 } },
  });
  expect(top1(open)).toBeGreaterThan(20);
  const facts = JSON.parse(await readFile(join(home, 'trained', `${BOARD}.json`), 'utf8'));
  expect(facts.metrics[0].value).toBeCloseTo(top1(open), 6);

  const { id } = await submit(BOARD);
  const ended = await until('the run to end', 120_000, async () => {
    const submission = await server.submission(id);
    return ['done', 'failed', 'cancelled'].includes(submission.state) && submission;
  });
  expect([ended.state, ended.runs[0]!.problem]).toEqual(['done', null]);
  const { rows } = await server.call<Leaderboard>('GET', `/boards/${BOARD}/leaderboard?target=2x`);
  expect(rows.filter(({ provenance }) => provenance === 'measured')).toMatchObject([{ submission: id }]);
});

/** https://github.com/huggingface/safetensors#format */
const safetensors = (tensors: readonly (readonly [string, readonly number[], Float32Array])[]): Uint8Array => {
  let at = 0;
  const header = tensors.map(([name, shape, { byteLength }]) => {
    const offsets = [at, at + byteLength];
    at += byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: offsets }];
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([
    length,
    text,
    ...tensors.map(([, , data]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ]);
};

it('weights that others published open a board, too', async () => {
  const graph = decode(await readFile(join(home, 'trained', `${BOARD}.onnx`)));
  const weights = [...graph.initializers.values()].flatMap((initializer) => {
    const tensor = tensorOf(initializer);
    if (tensor?.type !== 'float32' || !/^(conv|bn|layer|linear)/.test(initializer.name)) return [];
    return [[`module.${initializer.name.replace('linear', 'fc')}`, tensor.dims, tensor.data as Float32Array] as const];
  });
  const file = join(home, 'weights.safetensors');
  await writeFile(file, safetensors(weights));
  const { mean, std } = JSON.parse(await readFile(join(home, 'trained', `${BOARD}.json`), 'utf8'));
  const network = ['--weights', file, '--model', 'resnet20', '--mean', mean.join(), '--std', std.join()];
  const said = await run('import', ...network, '--dataset', 'cifar10', '--name', 'published');
  expect(said).toMatch(/the board is open: http.*classification\.published\.cifar10/);
  expect(top1(await board(server, 'classification.published.cifar10'))).toBeCloseTo(top1(await board(server)), 6);
});

it('what was trained without a server is imported by the next start, once', async () => {
  for (const part of ['datasets', 'trained']) await cp(join(home, part), join(later, part), { recursive: true });
  let other = await TestServer.start({ home: later, env: ENV });
  try {
    const opened = await until('the board to open', 120_000, async () => {
      const now = await board(other);
      return now.state === 'open' && now;
    });
    expect(top1(opened)).toBeCloseTo(top1(await board(server)), 6);
    await other.stop();
    other = await TestServer.start({ home: later, env: ENV });
    const { items } = await other.call<{ items: Submission[] }>('GET', '/submissions');
    expect(items.filter(({ kind }) => kind === 'import')).toHaveLength(1);
  } finally {
    await other.stop();
  }
});
