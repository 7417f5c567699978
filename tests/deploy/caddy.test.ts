/** The Caddyfile, in a real Caddy before a server that says what reached it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../helpers/server.js';

const CADDYFILE = resolve(import.meta.dirname, '../../docker/Caddyfile');
const hasCaddy = spawnSync('caddy', ['version']).status === 0;
if (!hasCaddy) console.log('skipped: the Caddyfile (no caddy on this machine)');

const listen = (server: ReturnType<typeof createServer>): Promise<number> =>
  new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));

describe.skipIf(!hasCaddy)('Caddy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-caddy-'));
  let caddy: ChildProcess;
  let url: string;
  const upstream = createServer((request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
      return;
    }
    response.end(JSON.stringify({ headers: request.headers }));
  });
  beforeAll(async () => {
    const port = await listen(upstream);
    const free = createServer();
    const own = await listen(free);
    await new Promise((done) => free.close(done));
    url = `http://127.0.0.1:${own}`;
    const path = join(folder, 'Caddyfile');
    writeFileSync(
      path,
      `{\n\tadmin off\n}\n${readFileSync(CADDYFILE, 'utf8').replace('api:3000', `127.0.0.1:${port}`)}`,
    );
    caddy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', path], {
      stdio: 'ignore',
      env: { ...process.env, SITE: url, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    await until('Caddy', 20_000, async () => (await fetch(url)).ok);
  });
  afterAll(() => {
    caddy.kill();
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells the server who asked, whatever a visitor says about that', async () => {
    const answer = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'gopher' } });
    const { headers } = (await answer.json()) as { headers: Record<string, string> };
    expect([headers['x-forwarded-for'], headers['x-forwarded-proto']]).toEqual(['127.0.0.1', 'http']);
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('passes events on as they come', async () => {
    const stop = new AbortController();
    const { body } = await fetch(`${url}/events`, { signal: stop.signal });
    const { value } = await body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe('data: first\n\n');
    stop.abort();
  });
});
