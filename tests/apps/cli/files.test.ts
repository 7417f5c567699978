/** Files by the command line: the gate without a server beside the server's own, and submissions that upload. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { againBody } from '../../../apps/web/src/features/submission/again.js';
import type { Submission, Upload } from '../../../packages/contracts/src/index.js';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { type CuttingProxy, cuttingProxy } from '../../helpers/cutting-proxy.js';
import { hostileFiles } from '../../helpers/hostile.js';
import { linear, scoring } from '../../helpers/small-files.js';
import { type TopiaryCli, topiaryCli } from '../../helpers/topiary-cli.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const ABOUT = ['--method', 'mine', '--licence', 'MIT'];
const hostile = hostileFiles();
const named = (wanted: string) => hostile.find(({ name }) => name === wanted)!;
const NOWHERE = { TOPIARY_URL: 'http://127.0.0.1:9' };

let server: ListeningApi;
let proxy: CuttingProxy;
let folder: string;
let topiary: TopiaryCli['run'];
beforeAll(async () => {
  server = await listeningApi();
  proxy = await cuttingProxy(server.url);
  ({ folder, run: topiary } = topiaryCli({ url: proxy.url, ownerKey: server.ownerKey }));
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

const file = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

const basePath = async () => server.context.storage.path((await server.context.db.baseModels.active(BOARD))!.sha256);
const json = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { out, err } = await topiary([...args, '--json'], { env });
  expect(err).toBe('');
  return JSON.parse(out);
};

describe('a check without a server', () => {
  it('says beside the base network what the server says beside it, but for the run in onnxruntime', async () => {
    const path = file('linear.onnx', linear(1));
    const theirs = await json(['check', path, '--board', BOARD]);
    const ours = await json(['check', path, '--base', await basePath()], NOWHERE);
    expect(theirs.ok).toBe(true);
    expect(ours).toEqual({ ...theirs, checks: expect.anything() });
    const apart = (checks: { id: string }[]) => checks.filter(({ id }) => id !== 'run');
    expect(apart(ours.checks)).toEqual(apart(theirs.checks));
    expect(ours.checks.at(-1)).toMatchObject({ id: 'run', state: 'skipped' });
  });

  it('takes a network of any size where nothing is at hand to compare with, and says so', async () => {
    const passed = await topiary(['check', file('alone.onnx', linear(2))], { env: NOWHERE, anonymous: true });
    expect(passed).toMatchObject({ code: 0, err: '', out: expect.stringContaining('compared with no base network') });
    expect(passed.out).toContain('30720 parameters');
  });

  it.each(['a subgraph', 'external data at /etc/passwd', 'an operator of onnxruntime', 'a zip archive'])(
    'refuses %s as the server does',
    async (wanted) => {
      const { bytes, code } = named(wanted);
      const path = file('hostile.onnx', bytes);
      const [ours, theirs] = [await json(['check', path], NOWHERE), await json(['check', path, '-b', BOARD])];
      expect(ours.faults[0].code).toBe(code);
      expect(theirs.faults[0].code).toBe(code);
      expect(await topiary(['check', path], { env: NOWHERE })).toMatchObject({
        code: 1,
        out: expect.stringContaining(code),
      });
    },
  );

  it.each(['a weight that is not a number', 'an infinite weight', 'an output that is the same for all'])(
    'finds %s in a network of any size',
    async (wanted) => {
      const { bytes, code } = named(wanted);
      const { faults } = await json(['check', file('hostile.onnx', bytes)], NOWHERE);
      expect(faults[0].code).toBe(code);
    },
  );

  it('knows a scoring graph from a network', async () => {
    const path = file('score.onnx', scoring());
    expect(await json(['check', path, '--criterion'], NOWHERE)).toMatchObject({ ok: true });
    expect(await json(['check', path, '--criterion', '-b', BOARD])).toMatchObject({ ok: true });
    expect(await json(['check', path], NOWHERE)).toMatchObject({ ok: false });
  });

  it('is refused as wrong usage where the base can say nothing', async () => {
    const path = file('linear.onnx', linear(1));
    expect((await topiary(['check', path, '--base', path, '-b', BOARD])).code).toBe(2);
    expect((await topiary(['check', path, '--base', file('text.onnx', Buffer.from('# text'))])).code).toBe(2);
  });
});

describe('a submission of files', () => {
  it('sends one network per speed-up and enters them in their division', async () => {
    const [two, four] = [file('two.onnx', linear(3)), file('four.onnx', linear(4))];
    const models = ['--model', `2x=${two}`, '--model', `4x=${four}`];
    const { out, err, code } = await topiary(['submit', '-b', BOARD, ...models, '--division', 'open', ...ABOUT]);
    expect(code).toBe(0);
    expect(err.trim().split('\n')).toEqual([
      `${two}  124 kB sent, sha256 ${sha256(two)}`,
      `${four}  124 kB sent, sha256 ${sha256(four)}`,
    ]);
    const id = /id +(\S+)/.exec(out)![1]!;
    const submission = (await (await fetch(`${server.url}/api/v1/submissions/${id}`)).json()) as Submission;
    expect(submission).toMatchObject({ kind: 'pruned-models', label: 'mine' });
    expect(submission.recipe).toMatchObject({
      division: 'open',
      licence: 'MIT',
      models: { '2x': sha256(two), '4x': sha256(four) },
    });
    expect(submission.runs.map(({ target }) => target!.label)).toEqual(['2x', '4x']);
    expect(await server.context.storage.read(sha256(two))).toEqual(readFileSync(two));
  });

  it('sends a scoring graph in the place of a criterion, with the rest of the recipe', async () => {
    const path = file('score.onnx', scoring());
    const recipe = ['--scope', 'local', '--finetune', 'steps=7', '-t', '2x,3x', '-s', '1'];
    const submission: Submission = await json(['submit', '-b', BOARD, '--criterion', path, ...recipe, ...ABOUT]);
    expect(submission).toMatchObject({ kind: 'criterion', label: 'mine · local', seeds: [1] });
    expect(submission.recipe).toMatchObject({ file: sha256(path), scope: 'local', finetune: { steps: 7 } });
    expect(submission.targets.map(({ label }) => label)).toEqual(['2x', '3x']);
  });

  it('goes on in the middle of a piece when the connection breaks there', async () => {
    const path = file('broken.onnx', linear(5));
    const before = proxy.offsets.length;
    proxy.cutNextPieceAfter(50_000);
    const { code, err } = await topiary(['submit', '-b', BOARD, '--model', `2x=${path}`, ...ABOUT]);
    expect(code).toBe(0);
    expect(err).toContain('trying again');
    const [first, ...later] = proxy.offsets.slice(before);
    expect(first).toBe(0);
    expect(later.at(-1)).toBeGreaterThan(0);
    expect(await server.context.storage.read(sha256(path))).toEqual(readFileSync(path));
  });

  it('goes on with what another process began to send', async () => {
    const path = file('begun.onnx', linear(6));
    const bytes = readFileSync(path);
    const call = async (url: string, init: object) =>
      (await (await fetch(`${server.url}/api/v1/uploads${url}`, init)).json()) as Upload;
    const headers = { authorization: `Bearer ${server.ownerKey}` };
    const { id } = await call('', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ bytes: bytes.length, sha256: sha256(path), name: 'begun.onnx' }),
    });
    await call(`/${id}`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/octet-stream', 'upload-offset': '0' },
      body: bytes.subarray(0, 70_000),
    });
    const before = proxy.offsets.length;
    expect((await topiary(['submit', '-b', BOARD, '--model', `2x=${path}`, ...ABOUT])).code).toBe(0);
    expect(proxy.offsets.slice(before)).toEqual([70_000]);
  });

  it('counts up in one line at a terminal, and stays silent for a script that reads JSON', async () => {
    const submit = ['submit', '-b', BOARD, ...ABOUT, '--model'];
    const shown = await topiary([...submit, `2x=${file('seen.onnx', linear(7))}`], { terminal: true });
    expect(shown.err).toMatch(/^\r.*seen\.onnx {2}\[ +\] 0 % of 124 kB\r.*=\] 100 % of 124 kB\r.*sent/s);
    expect(shown.err.match(/\n/g)).toHaveLength(1);
    await json([...submit, `2x=${file('unseen.onnx', linear(8))}`]);
  });

  it('is told by its own path what is wrong with which file', async () => {
    const good = file('good.onnx', linear(9));
    const bad = file('bad.onnx', named('a subgraph').bytes);
    const models = ['--model', `2x=${good}`, '--model', `3x=${bad}`];
    const refused = await topiary(['submit', '-b', BOARD, ...models, ...ABOUT]);
    expect(refused.code).toBe(3);
    expect(refused.err.split('\n').at(-2)).toContain(`${bad}, model.graph`);
    expect(refused.err).not.toContain('models.1.file');
  });

  it.each([
    ['a recipe', () => ['-c', 'taylor', '-t', '2x,3x', '-s', '4']],
    ['pruned networks', () => ['--model', `2x=${file('again.onnx', linear(11))}`, '-s', '4', ...ABOUT]],
    [
      'a criterion',
      () => ['--criterion', file('again-score.onnx', scoring()), '--scope', 'local', '-s', '4', ...ABOUT],
    ],
  ])('of %s can be sent again as its page writes it down', async (_, options) => {
    const first: Submission = await json(['submit', '-b', BOARD, ...options()]);
    const { kind, board, recipe, seeds } = first;
    const body = againBody({ kind, board, recipe, seeds, targets: first.targets.map(({ label }) => label) });
    const { out, err } = await topiary(['submit', '--recipe', '-', '--json'], { stdin: JSON.stringify(body) });
    expect(err).toBe('');
    const again = JSON.parse(out) as Submission;
    expect(again.id).not.toBe(first.id);
    const { label, targets } = first;
    expect(again).toMatchObject({ kind, label, recipe, targets, seeds });
    const wrong = await topiary(['submit', '--recipe', '-', '--scope', 'local'], { stdin: JSON.stringify(body) });
    expect(wrong.code).toBe(kind === 'recipe' ? 0 : 2);
  });

  it('prints in a dry run what it would send, and sends nothing', async () => {
    const path = file('dry.onnx', linear(10));
    const { out, err } = await topiary(['submit', '-b', BOARD, '--model', `2x=${path}`, ...ABOUT, '--dry-run']);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({
      kind: 'pruned-models',
      board: BOARD,
      method: 'mine',
      licence: 'MIT',
      models: [{ target: '2x', file: sha256(path) }],
    });
    expect(await server.context.storage.stat(sha256(path))).toBeNull();
  });

  it.each([
    ['a model without a speed-up', ['--model', 'small.onnx', ...ABOUT], 'target=file'],
    ['two files for one speed-up', ['--model', '2x=a.onnx', '--model', '2x=b.onnx', ...ABOUT], 'two files for 2x'],
    ['a file that is not there', ['--model', '2x=nothing.onnx', ...ABOUT], 'there is no file nothing.onnx'],
    ['a file without a licence', ['--model', '2x=a.onnx', '--method', 'mine'], '--licence'],
    ['a file without a name', ['--criterion', 'score.onnx', '--licence', 'MIT'], '--method'],
    ['a scope beside pruned networks', ['--model', '2x=a.onnx', '--scope', 'local', ...ABOUT], '--scope says nothing'],
    ['a division of a recipe', ['-c', 'random', '--division', 'open'], '--division says nothing'],
  ])('with %s is wrong usage, said before anything is sent', async (_, args, sentence) => {
    const { code, err } = await topiary(['submit', '-b', BOARD, ...args], { env: NOWHERE });
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});
