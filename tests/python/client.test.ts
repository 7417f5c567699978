/** The Python package: its own tests against a whole server, its types, and that it installs from its folder. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MODELS, pythonModels } from '../../scripts/python-models.js';
import { type Python, pythonWith } from '../helpers/python.js';
import { TestServer } from '../helpers/server.js';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const root = resolve(import.meta.dirname, '../..');
const python = pythonWith('numpy', 'requests');

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ env: { TOPIARY_STARTERS: 'none', MEASURE_LATENCY: 'off' } });
});
afterAll(async () => {
  await server.stop();
  rmSync(server.home, { recursive: true, force: true });
});

/** How it ended and all that it said. */
const run = async ({ command }: Python, args: readonly string[], cwd: string) => {
  const child = spawn(command, args, {
    cwd,
    env: {
      ...process.env,
      PYTHONPATH: join(root, 'python/src'),
      PYTHONDONTWRITEBYTECODE: '1',
      TOPIARY_URL: server.url,
      TOPIARY_KEY: server.key,
      TOPIARY_HOME: server.home,
      TOPIARY_CONFIG: join(server.home, 'no-config.json'),
      TOPIARY_CLI: `${process.execPath} ${join(root, 'apps/cli/bin/topiary.mjs')}`,
    },
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('exit', done)),
  ]);
  return { code, said: out + err };
};

it('its types are those of the document that the server gives', async () => {
  const document = await (await fetch(`${server.url}/openapi.json`)).json();
  const made = pythonModels(document as Parameters<typeof pythonModels>[0]);
  expect(made, 'npm run python-models writes them anew').toBe(readFileSync(MODELS, 'utf8'));
});

describe.runIf(python)('with Python', () => {
  it('its own tests pass against a server; what it lacks for the others is said', async () => {
    const { code, said } = await run(
      python!,
      ['-m', 'unittest', 'discover', '-v', '-t', '.', '-s', 'tests'],
      join(root, 'python'),
    );
    for (const line of said.split('\n').filter((each) => each.includes('... skipped')))
      process.stderr.write(`${line}\n`);
    expect(code, said).toBe(0);
    const [, ran, skipped = '0'] = /Ran (\d+) tests[\s\S]*OK(?: \(skipped=(\d+)\))?/.exec(said)!;
    expect(Number(ran) - Number(skipped), said).toBeGreaterThanOrEqual(9);
  });

  it('its types hold where mypy is installed', async (context) => {
    if (!python!.has('mypy')) return context.skip('mypy is not installed');
    const { code, said } = await run(
      python!,
      ['-m', 'mypy', '--cache-dir', join(server.home, 'mypy')],
      join(root, 'python'),
    );
    expect(code, said).toBe(0);
  });

  it('installs from its folder, and is typed for those who use it', async (context) => {
    if (!['pip', 'setuptools', 'wheel'].every((module) => python!.has(module)))
      return context.skip('pip, setuptools or wheel is not installed');
    // pip builds in the folder that it is given
    const folder = mkdtempSync(join(tmpdir(), 'topiary-pip-'));
    cpSync(join(root, 'python'), join(folder, 'python'), { recursive: true });
    const site = join(folder, 'site');
    const offline = ['--no-deps', '--no-index', '--no-build-isolation', '--quiet', '--target', site];
    execFileSync(python!.command, ['-m', 'pip', 'install', ...offline, join(folder, 'python')]);
    expect(readdirSync(join(site, 'topiary'))).toEqual(
      expect.arrayContaining(['__init__.py', 'models.py', 'py.typed']),
    );
    const said = execFileSync(python!.command, ['-c', 'import topiary; print(topiary.__file__)'], {
      env: { ...process.env, PYTHONPATH: site },
      encoding: 'utf8',
    });
    expect(said.trim()).toBe(join(site, 'topiary/__init__.py'));
    rmSync(folder, { recursive: true });
  });
});
