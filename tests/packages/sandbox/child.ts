/** A child for the tests of the sandbox: does what a hostile one would. */
import { spawnSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { TopiaryError } from '@topiary/errors';
import { serve } from '@topiary/sandbox/child';

const connect = (port: number): Promise<string> =>
  new Promise((done) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      done('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
  });

serve({
  echo: (value: unknown) => value,
  notice: (count: number, notify) => {
    for (let i = 0; i < count; i += 1) notify(i);
    return 'done';
  },
  refuse: () => {
    throw new TopiaryError('TOPIARY_GATE_MACS', { where: 'here', expected: 'less', got: 'more' });
  },
  environment: () => process.env,
  endless: () => {
    for (;;);
  },
  memory: async (bytes: number) => {
    const kept: Buffer[] = [];
    for (let i = 0; i < bytes; i += 2 ** 24) {
      kept.push(Buffer.alloc(2 ** 24, 1));
      await new Promise((next) => setTimeout(next, 5));
    }
    return kept.length;
  },
  die: () => process.abort(),
  connect,
  processes: (count: number) => {
    const statuses = Array.from({ length: count }, () => spawnSync('true').status);
    return statuses.filter((status) => status === 0).length;
  },
});
