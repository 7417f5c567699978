/** Whoever gets out of onnxruntime finds nothing: each way out is tried, as root and as an ordinary user. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Report {
  readonly uid: number;
  readonly taken: readonly string[];
  readonly missing: readonly string[];
  readonly found: Readonly<Record<string, string>>;
}

const folder = mkdtempSync(join(tmpdir(), 'topiary-escape-test-'));
const NOBODY = '65534';
const isRoot = process.getuid?.() === 0;
const AS: Readonly<Record<string, readonly string[] | null>> = {
  root: isRoot ? [] : null,
  'an ordinary user': isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [],
};
/** What an attempt needs to be futile, by what this machine can take. */
const FUTILE_WITH: Readonly<Record<string, string>> = {
  'signals the worker': 'others',
  'signals its parent': 'others',
  'sees other processes': 'others',
  'connects to the database': 'network',
  'connects to the machine by its address': 'network',
};

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const entries = { driver: 'escape-driver.ts', child: 'escaping-child.ts' };
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, join(import.meta.dirname, file)]),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tried = (before: readonly string[]): Report => {
  const [program, ...rest] = [...before, process.execPath, join(folder, 'driver.mjs'), join(folder, 'child.mjs')];
  const { stdout, stderr, status } = spawnSync(program!, rest, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
};

describe.each(Object.keys(AS))('as %s', (who) => {
  it('a child in the box gets no secret, no file, no process and no connection', ({ skip }) => {
    const before = AS[who]!;
    if (before === null) {
      console.log(`skipped: not started as ${who}`);
      skip();
    }
    const { taken, missing, found } = tried(before!);
    const out = Object.entries(found).filter(([, got]) => got.startsWith('got'));
    const expected = out.filter(([attempt]) => !taken.includes(FUTILE_WITH[attempt] ?? 'files'));
    if (missing.length > 0) console.log(`as ${who}: ${missing.join('; ')}`);
    expect(Object.keys(found)).toHaveLength(12);
    expect(out).toEqual(expected);
  });
});
