/** Every block of commands in README.md and docs/ runs, in the order of its document, against a whole server. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Block, blocksOf, DOCUMENTS, root } from '../helpers/document-blocks.js';
import { pythonWith } from '../helpers/python.js';
import { TestServer } from '../helpers/server.js';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

let server: TestServer;
const folders: string[] = [];
beforeAll(async () => {
  server = await TestServer.start({ env: { TOPIARY_STARTERS: 'none', MEASURE_LATENCY: 'off' } });
});
afterAll(async () => {
  await server.stop();
  for (const folder of [server.home, ...folders]) rmSync(folder, { recursive: true, force: true });
});

/** What a reader sits in: the project, with the server's home, and room for the files that commands write. */
const clone = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-docs-'));
  folders.push(folder);
  for (const entry of readdirSync(root))
    if (!['.data', '.git'].includes(entry)) symlinkSync(join(root, entry), join(folder, entry));
  symlinkSync(server.home, join(folder, '.data'));
  return folder;
};

const run = async (command: string, args: readonly string[], script: string) => {
  const { TOPIARY_URL: _url, TOPIARY_KEY: _key, TOPIARY_HOME: _home, ...env } = process.env;
  const child = spawn(command, args, {
    cwd: clone(),
    env: {
      ...env,
      TOPIARY_CONFIG: join(server.home, 'no-config.json'),
      PYTHONPATH: `${join(root, 'python/src')}:${root}`,
    },
  });
  child.stdin.end(script.replaceAll('http://127.0.0.1:3000', server.url));
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('exit', done)),
  ]);
  return { code, said: `${out}\n${err}` };
};

const joined = (blocks: readonly Block[]): string =>
  blocks
    .map(({ file, line, code, language }) => `${language === 'sh' ? `echo '== ${file}:${line}'\n` : ''}${code}`)
    .join('\n');

const say = ({ file, line }: Block, why: string): boolean =>
  process.stderr.write(`${file}:${line} does not run here: ${why}\n`);

it('every block says whether it runs, and if not, why', () => {
  const all = DOCUMENTS.flatMap(blocksOf);
  expect(all.length).toBeGreaterThan(40);
  const silent = all.filter(
    ({ does, rest }) => !['run', 'skip', 'file', 'line'].includes(does) || (does !== 'run' && rest === ''),
  );
  expect(silent.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  for (const block of all.filter(({ does }) => does === 'skip')) say(block, block.rest);
});

const withBlocks = (language: string) =>
  DOCUMENTS.map((file) => ({
    file,
    blocks: blocksOf(file).filter((b) => b.language === language && b.does === 'run'),
  })).filter(({ blocks }) => blocks.length > 0);

describe.concurrent('in a shell', () => {
  it.each(withBlocks('sh'))('$file', async ({ blocks }) => {
    const { code, said } = await run('bash', ['-eu'], joined(blocks));
    expect(code, said).toBe(0);
  });
});

const python = pythonWith('numpy', 'requests', 'torch');
describe.runIf(python)('in Python', () => {
  it.each(withBlocks('python'))('$file', async ({ blocks }) => {
    const lacking = (block: Block) => block.rest.split(' ').filter((module) => module !== '' && !python!.has(module));
    for (const block of blocks.filter((each) => lacking(each).length > 0))
      say(block, `${lacking(block).join(', ')} not installed`);
    const { code, said } = await run(
      python!.command,
      ['-'],
      joined(blocks.filter((each) => lacking(each).length === 0)),
    );
    expect(code, said).toBe(0);
  });
});
