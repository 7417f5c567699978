/** The program `topiary`: the terminal around `cli`. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cli } from './cli.js';
import { EXIT } from './exit.js';

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
  // A second Ctrl-C does not wait for anybody.
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
});
// The reader of a pipe may leave early (`topiary export … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
);

const askSecret = async (question: string): Promise<string | null> => {
  if (!process.stdin.isTTY) return null;
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('', { signal: interrupted.signal });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};

process.exitCode = await cli(process.argv.slice(2), {
  out: (chunk) => process.stdout.write(chunk),
  err: (chunk) => process.stderr.write(chunk),
  stdin: () => text(process.stdin),
  askSecret,
  terminal: process.stderr.isTTY === true,
  shown: process.stdout.isTTY === true,
  env: process.env,
  signal: interrupted.signal,
});
