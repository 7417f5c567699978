/** The generated client against a real server on a real Postgres. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ApiProblem, answer, connect, events, type RunEventRecord, Unreachable } from '@topiary/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const root = resolve(import.meta.dirname, '../../..');
const BOARD = 'classification.resnet-tiny.shapes32';

let server: ListeningApi;
beforeAll(async () => {
  server = await listeningApi();
});
afterAll(() => server.close());

const key = () => server.ownerKey;
const api = () => connect({ url: server.url, key: key() });
const submit = async (targets = ['2x']) =>
  answer(await api().POST('/api/v1/submissions', { body: { kind: 'recipe', board: BOARD, targets } }));

it('has the types of the document that the running server publishes', async () => {
  const document = join(mkdtempSync(join(tmpdir(), 'topiary-openapi-')), 'openapi.json');
  writeFileSync(document, await (await fetch(`${server.url}/openapi.json`)).text());
  const require = createRequire(join(root, 'packages/client/package.json'));
  const generator = join(dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js');
  const types = document.replace(/json$/, 'ts');
  execFileSync(process.execPath, [generator, document, '--default-non-nullable=false', '--output', types]);
  expect(readFileSync(types, 'utf8')).toBe(readFileSync(join(root, 'packages/client/src/generated/api.ts'), 'utf8'));
});

it('submits, reads what it submitted and cancels it', async () => {
  const submission = await submit();
  const path = { id: submission.id };
  expect(answer(await api().GET('/api/v1/submissions/{id}', { params: { path } })).board).toBe(BOARD);
  expect(answer(await api().POST('/api/v1/submissions/{id}/cancel', { params: { path } })).state).toBe('cancelled');
});

it("throws the server's problem where it refuses, with its code", async () => {
  const anonymous = connect({ url: server.url });
  const refused = anonymous.POST('/api/v1/submissions', { body: { kind: 'recipe', board: BOARD } });
  await expect(refused).rejects.toThrow(ApiProblem);
  await expect(refused).rejects.toMatchObject({ problem: { status: 401, code: 'TOPIARY_API_UNAUTHENTICATED' } });
});

it('says which server does not answer', async () => {
  const dead = connect({ url: 'http://127.0.0.1:9' }).GET('/api/v1/boards');
  await expect(dead).rejects.toThrow(Unreachable);
  await expect(dead).rejects.toThrow('http://127.0.0.1:9');
});

/** Passes bytes on to the server, and cuts each of the first connections after so many bytes of the answer. */
const cuttingProxy = async (port: number, cuts: number[]) => {
  const proxy = createServer((client: Socket) => {
    const cut = cuts.shift();
    const upstream: Socket = new (client.constructor as typeof Socket)().connect(port, '127.0.0.1');
    let passed = 0;
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      const room = cut === undefined ? chunk.length : Math.max(0, cut - passed);
      passed += chunk.length;
      client.write(chunk.subarray(0, room));
      if (cut !== undefined && passed >= cut) client.destroy();
    });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', () => undefined).on('close', end);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return { port: (proxy.address() as { port: number }).port, close: () => proxy.close() };
};

it('delivers each event once and in order, though the connection breaks in the middle of events', async () => {
  const submission = await submit(['2x', '3x']);
  for (const run of submission.runs) await finishRun(server.database.db, run.id, resultWith(90));
  const whole: RunEventRecord[] = [];
  for await (const record of events(api(), submission.id)) whole.push(record);
  expect(whole.length).toBeGreaterThan(6);

  const cuts = [900, 700, 1200];
  const proxy = await cuttingProxy(server.port, cuts);
  let reconnects = 0;
  const cut: RunEventRecord[] = [];
  const through = connect({ url: `http://127.0.0.1:${proxy.port}`, key: key() });
  for await (const record of events(through, submission.id, { onReconnect: () => (reconnects += 1) })) cut.push(record);
  proxy.close();
  expect(reconnects).toBe(3);
  expect(cut).toEqual(whole);
});

it('does not ask again for the events of a submission that does not exist', async () => {
  const stream = events(api(), 'nothing', { onReconnect: () => expect.unreachable() });
  await expect(stream.next()).rejects.toMatchObject({ problem: { status: 404 } });
});
