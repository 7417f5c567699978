/** The command line `topiary` against a real server, in this process: what it prints and how it ends. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { materialize } from '@topiary/zoo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Submission } from '../../../packages/client/src/index.js';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { type TopiaryCli, topiaryCli } from '../../helpers/topiary-cli.js';

const BOARD = 'classification.resnet-tiny.shapes32';

let server: ListeningApi;
let folder: string;
let topiary: TopiaryCli['run'];
beforeAll(async () => {
  server = await listeningApi();
  ({ folder, run: topiary } = topiaryCli(server));
});
afterAll(() => server.close());

const submitted = async (...more: string[]): Promise<Submission> => {
  const { out, code, err } = await topiary(['submit', '--board', BOARD, '--json', ...more]);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as Submission;
};

it('submits what its options say', async () => {
  const submission = await submitted(
    ...['-c', 'magnitude-l1', '--scope', 'local', '-t', '2x,3x', '-s', '0-2', '--title', 'Mine'],
    ...['--finetune', 'steps=7', '--prune', 'protection=0.25'],
  );
  expect(submission).toMatchObject({ title: 'Mine', state: 'queued', board: BOARD, seeds: [0, 1, 2] });
  expect(submission.runs.map(({ target, seed }) => `${target?.label} ${seed}`)).toEqual([
    '2x 0',
    '2x 1',
    '2x 2',
    '3x 0',
    '3x 1',
    '3x 2',
  ]);
  expect(submission.recipe).toMatchObject({
    criterion: 'magnitude-l1',
    scope: 'local',
    finetune: { steps: 7 },
    prune: { protection: 0.25 },
  });
});

it('shows what other people wrote as characters, which a terminal does not obey', async () => {
  const { id } = await submitted('--title', 'Loud');
  await server.database.query(`UPDATE submissions SET title = E'\\x1b[31mred\\u202e' WHERE id = '${id}'`);
  const { out } = await topiary(['status', id]);
  expect(out).toMatch(/^\\u001b\[31mred\\u202e\n/);
  const { out: all } = await topiary(['status']);
  expect(all).not.toMatch(/(?!\n)[\p{Control}\p{Bidi_Control}]/u);
});

it('takes a recipe from a file or from standard input, and lets options win over it', async () => {
  const path = join(folder, 'recipe.json');
  writeFileSync(path, JSON.stringify({ criterion: 'taylor', scope: 'local' }));
  expect((await submitted('--recipe', path, '--scope', 'global')).recipe).toMatchObject({
    criterion: 'taylor',
    scope: 'global',
  });
  const whole = JSON.stringify({ board: BOARD, recipe: { criterion: 'random' }, targets: ['4x'], seeds: [3] });
  const { out } = await topiary(['submit', '--recipe', '-', '--json'], { stdin: whole });
  expect(JSON.parse(out)).toMatchObject({ recipe: { criterion: 'random' }, targets: [{ label: '4x' }], seeds: [3] });
});

it('enters a submission once when the same idempotency key is used twice', async () => {
  const [first, second] = [
    await submitted('--idempotency-key', 'cli-once'),
    await submitted('--idempotency-key', 'cli-once'),
  ];
  expect(second.id).toBe(first.id);
});

it('shows a submission in words, and ends with 1 when it was cancelled', async () => {
  const { id } = await submitted('--title', 'Shown');
  const queued = await topiary(['status', id]);
  expect(queued.code).toBe(0);
  expect(queued.out).toContain('Shown');
  expect(queued.out).toMatch(/2x seed 0 +queued/);
  expect((await topiary(['cancel', id])).out).toBe(`${id} cancelled\n`);
  expect((await topiary(['status', id])).code).toBe(1);
});

it('verifies what a submission left: hashes, parameters and MACs, and says what differs', async () => {
  const graph = tinyModel(8);
  const network = encode(materialize(graph, 1));
  const { params, pure } = count(graph);
  const { sha256, bytes } = await server.context.storage.put(Buffer.from(network));
  await server.database.db.artefacts.add({ sha256, bytes, mediaType: 'application/octet-stream' });
  const artefacts = [{ sha256, bytes, kind: 'model', mediaType: 'application/octet-stream' }];
  const claim = async (left: number): Promise<string> => {
    const { id, runs } = await submitted('-c', 'lamp', '-t', '3x', '--title', `Claims ${left}`);
    expect((await topiary(['verify', id])).code).toBe(2);
    const macs = { pure: { base: 2 * pure, left: pure }, published: { base: 2 * pure, left: pure } };
    const result = resultWith(90, { artefacts, params: { base: 2 * params, left }, macs });
    await finishRun(server.database.db, runs[0]!.id, result);
    return id;
  };
  const honest = await topiary(['verify', await claim(params)]);
  expect([honest.code, honest.out]).toEqual([0, expect.stringMatching(/same +parameters +\d+ +\d+/)]);
  const other = await topiary(['verify', await claim(params - 1), '--json']);
  expect(other.code).toBe(1);
  expect(JSON.parse(other.out)).toMatchObject({ same: false });
  expect(JSON.parse(other.out).runs[0].lines.filter(({ state }: { state: string }) => state !== 'same')).toEqual([
    { state: 'DIFFERENT', what: 'parameters', claimed: `${params - 1}`, found: `${params}` },
  ]);
});

it('gives up the files of what has ended, and of nothing else', async () => {
  const { id, runs } = await submitted('--title', 'Files');
  expect(await topiary(['drop-files', id])).toMatchObject({ code: 3, err: expect.stringContaining('have ended') });
  const { sha256, bytes } = await server.context.storage.put(Buffer.from('a network'));
  await server.database.db.artefacts.add({ sha256, bytes, mediaType: 'application/octet-stream' });
  const artefacts = [{ sha256, bytes, kind: 'model', mediaType: 'application/octet-stream' }];
  await finishRun(server.database.db, runs[0]!.id, resultWith(90, { artefacts }));
  const model = async () => (await fetch(`${server.url}/api/v1/artefacts/${sha256}`)).status;
  expect(await model()).toBe(200);
  expect((await topiary(['drop-files', id])).out).toBe(`${id} has no files any more\n`);
  expect(await model()).toBe(404);
});

it('lists the newest submissions and the state of the server', async () => {
  const { id } = await submitted();
  const { out } = await topiary(['status', '-n', '2']);
  expect(out).toContain(id);
  expect(out).toMatch(/\d+ waiting, 0 running, 0 workers/);
});

it('follows a submission to its end, in words or as one JSON document a line', async () => {
  const { id, runs } = await submitted();
  const [words, lines] = [topiary(['logs', id]), topiary(['logs', id, '--json'])];
  await finishRun(server.database.db, runs[0]!.id, resultWith(91.25));
  expect(await words).toMatchObject({ code: 0, out: expect.stringMatching(/2x seed 0 {2}hello\n.*done\n$/s) });
  const records = (await lines).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records.map(({ event }) => event.state ?? event.text)).toEqual(['queued', 'running', 'hello', 'done']);
  const rest = await topiary(['logs', id, '--json', '--after', records[1].id]);
  expect(rest.out.trim().split('\n')).toHaveLength(2);
  expect((await topiary(['status', id])).out).toContain('top1 91.25 at 2.01x');
});

it('says that a result is held and why, to those who may know', async () => {
  const { id, runs } = await submitted();
  const { db } = server.database;
  const claimed = await db.runs.claim({ run: runs[0]!.id, attempt: 1 }, { worker: 'test', leaseSeconds: 30 });
  await db.runs.finish(claimed!, resultWith(91), undefined, 'slower than the base, which computes more');
  const line = /held +2x seed 0 is not ranked: slower than the base, which computes more\n/;
  expect((await topiary(['status', id])).out).toMatch(line);
  const visitor = await topiary(['status', id], { anonymous: true });
  expect([visitor.code, line.test(visitor.out)]).toEqual([0, false]);
  await db.held.decide(runs[0]!.id, 'released', 'Timed again by hand.', { account: null });
  expect((await topiary(['status', id])).out).not.toMatch(/not ranked/);
});

it('says what the gate would say: of the base network itself, and of a file that is none', async () => {
  const base = (await server.context.db.baseModels.active(BOARD))!;
  const path = await server.context.storage.path(base.sha256);
  const passed = await topiary(['check', path, '--board', BOARD]);
  expect(passed).toMatchObject({ code: 0, out: expect.stringContaining('1.00x by the published count') });
  const wrong = join(folder, 'wrong.onnx');
  writeFileSync(wrong, 'PK\u0003\u0004 this is an archive');
  const refused = await topiary(['check', wrong, '--board', BOARD]);
  expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('would be refused') });
  expect(JSON.parse((await topiary(['check', wrong, '-b', BOARD, '--json'])).out).ok).toBe(false);
});

it('exports a whole board, however many pages it has, with the bytes of the download on the site', async () => {
  const path = join(folder, 'board.csv');
  expect((await topiary(['export', BOARD, '-o', path])).code).toBe(0);
  const download = await fetch(`${server.url}/api/v1/boards/${BOARD}/leaderboard?format=csv`);
  expect(readFileSync(path, 'utf8')).toBe(await download.text());
  const { out } = await topiary(['export', BOARD, '--format', 'json', '--target', '2x']);
  const { rows, board } = JSON.parse(out);
  expect(board.id).toBe(BOARD);
  expect(rows.map(({ label }: { label: string }) => label)).toEqual(['magnitude-l2 · global']);
});

it('keeps the key of `login` for its owner only, and sends it to its server only', async () => {
  const path = join(folder, 'kept.json');
  const env = { TOPIARY_CONFIG: path, TOPIARY_URL: '' };
  const login = await topiary(['login', '--url', server.url], { stdin: `${server.ownerKey}\n`, env, anonymous: true });
  expect(login).toMatchObject({ code: 0, out: expect.stringContaining('signed in') });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const later = { TOPIARY_CONFIG: path, TOPIARY_URL: server.url };
  expect((await topiary(['submit', '-b', BOARD], { env: later, anonymous: true })).code).toBe(0);
  const elsewhere = ['submit', '-b', BOARD, '--url', server.url.replace('127.0.0.1', 'localhost')];
  expect((await topiary(elsewhere, { env: later, anonymous: true })).code).toBe(3);
});

it('finds the server of this home wherever it listens', async () => {
  writeFileSync(join(folder, 'address'), `${server.url}\n`);
  writeFileSync(join(folder, 'owner.key'), `${server.ownerKey}\n`);
  const env = { TOPIARY_URL: undefined, TOPIARY_CONFIG: join(folder, 'nowhere.json'), PORT: '9' } as never;
  const { out, code } = await topiary(['submit', '-b', BOARD], { env, anonymous: true });
  expect([code, out]).toEqual([0, expect.stringContaining(`${server.url}/submissions/`)]);
  // an address of another machine is none of this home's: no key goes there
  writeFileSync(join(folder, 'address'), 'http://example.org\n');
  expect((await topiary(['status'], { env, anonymous: true })).code).toBe(4);
});

it('refuses a key that the server does not know, and keeps nothing', async () => {
  const path = join(folder, 'none.json');
  const wrong = await topiary(['login'], { stdin: 'topiary_wrong', env: { TOPIARY_CONFIG: path }, anonymous: true });
  expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('TOPIARY_API_UNAUTHENTICATED') });
  expect(() => statSync(path)).toThrow();
});

it('tells wrong usage, refusals and silence apart by its exit status', async () => {
  expect((await topiary(['sumbit'])).code).toBe(2);
  expect((await topiary(['submit', '--bord', 'x'])).code).toBe(2);
  expect((await topiary(['submit'])).err).toContain('--board');
  const refused = await topiary(['submit', '-b', 'no.such.board']);
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('TOPIARY_TRACKS_UNKNOWN_BOARD') });
  expect((await topiary(['status', '--url', 'http://127.0.0.1:9'])).code).toBe(4);
});

it('gives its failures as JSON to those who ask for JSON', async () => {
  const { err } = await topiary(['status', 'nothing', '--json']);
  expect(JSON.parse(err).problem).toMatchObject({ status: 404, code: 'TOPIARY_DB_NOT_FOUND' });
});

it('explains every command and its options', async () => {
  const { out } = await topiary(['--help']);
  for (const name of ['login', 'check', 'submit', 'status', 'logs', 'cancel', 'drop-files', 'export']) {
    expect(out).toContain(`  ${name}`);
    const help = (await topiary([name, '--help'])).out;
    expect(help).toContain('--json');
    expect(help).toContain('exit status');
  }
});
