/** A server in small: it has secrets and a worker, runs the escaping child, and writes down what came of it. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolation, Sandbox } from '@topiary/sandbox';

const home = mkdtempSync(join(tmpdir(), 'topiary-escape-'));
const secret = (name: string): string => {
  writeFileSync(join(home, name), `the ${name}`, { mode: 0o600 });
  return join(home, name);
};
const worker = spawn('sleep', ['60']);
const server = createServer().listen(0, '0.0.0.0');
await new Promise((ready) => server.once('listening', ready));
const bound = server.address();
const lan = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal);

const child = new Sandbox({
  module: process.argv[2]!,
  required: false,
  limits: { memoryBytes: 2 ** 29, seconds: 30, cpuSeconds: 60, processes: 64 },
  where: 'an attempt to escape',
});
const found = await child.ask('escape', {
  ownerKey: secret('owner.key'),
  signingSecret: secret('auth.secret'),
  outside: join(home, 'written'),
  parent: process.pid,
  worker: worker.pid,
  port: typeof bound === 'object' && bound ? bound.port : 0,
  address: lan?.address ?? '127.0.0.1',
});
await child.close();
worker.kill();
server.close();
rmSync(home, { recursive: true, force: true });
process.stdout.write(JSON.stringify({ uid: process.getuid?.(), ...isolation(), prefix: undefined, found }));
