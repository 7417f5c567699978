/** A child that tries to get out; each attempt answers with what it got. */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { serve } from '@topiary/sandbox/child';

const attempt = (body: () => unknown): string => {
  try {
    return `got: ${String(body()).slice(0, 200)}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

const connect = (host: string, port: number): Promise<string> =>
  new Promise((done) => {
    const socket = createConnection({ host, port }, () => {
      socket.destroy();
      done('got: a connection');
    });
    socket.setTimeout(2_000, () => {
      socket.destroy();
      done('no answer');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
  });

export interface Targets {
  readonly ownerKey: string;
  readonly signingSecret: string;
  readonly outside: string;
  readonly parent: number;
  readonly worker: number;
  readonly port: number;
  readonly address: string;
}

/** Every process whose command line can be read, but for the child's own. */
const others = (): string => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const seen = pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '');
  if (seen.length === 0) throw new Error('none');
  return `${seen.length} processes`;
};

serve({
  escape: async (t: Targets) => ({
    "reads the owner's key": attempt(() => readFileSync(t.ownerKey, 'utf8')),
    'reads the signing secret': attempt(() => readFileSync(t.signingSecret, 'utf8')),
    'reads the environment of its parent': attempt(() => readFileSync(`/proc/${t.parent}/environ`, 'utf8').length),
    'reads what another process has open': attempt(() => readFileSync(`/proc/${t.worker}/root${t.ownerKey}`, 'utf8')),
    'reads /etc/passwd': attempt(() => readFileSync('/etc/passwd', 'utf8')),
    'writes outside': attempt(() => writeFileSync(t.outside, 'x')),
    'writes into what it runs': attempt(() => appendFileSync(process.argv[1]!, ' ')),
    'signals the worker': attempt(() => process.kill(t.worker, 0)),
    'signals its parent': attempt(() => process.kill(t.parent, 0)),
    'sees other processes': attempt(others),
    'connects to the database': await connect('127.0.0.1', t.port),
    'connects to the machine by its address': await connect(t.address, t.port),
  }),
});
