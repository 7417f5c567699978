import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolation, Sandbox, type SandboxLimits } from '@topiary/sandbox';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'topiary-sandbox-'));
const module = join(folder, 'child.mjs');
beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: module,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIMITS: SandboxLimits = { memoryBytes: 2 ** 29, seconds: 20, cpuSeconds: 60, processes: 64 };
const open: Sandbox[] = [];
const sandbox = (limits: Partial<SandboxLimits> = {}): Sandbox => {
  const made = new Sandbox({
    module,
    required: false,
    limits: { ...LIMITS, ...limits },
    where: 'the file of a test',
  });
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

describe('a child in the sandbox', () => {
  it('answers, with arrays of numbers as they are, and keeps answering', async () => {
    const child = sandbox();
    expect(await child.ask('echo', { x: Float32Array.of(1, 2.5) })).toEqual({ x: Float32Array.of(1, 2.5) });
    const notices: unknown[] = [];
    expect(await child.ask('notice', 3, (notice) => notices.push(notice))).toBe('done');
    expect(notices).toEqual([0, 1, 2]);
  });

  it('passes our errors on with their code and words', async () => {
    await expect(sandbox().ask('refuse', null)).rejects.toMatchObject({
      code: 'TOPIARY_GATE_MACS',
      details: { where: 'here', expected: 'less', got: 'more' },
    });
  });

  it('sees no secret of its parent', async () => {
    process.env['TEST_SPLIT_SECRET'] = 'a secret of sixteen letters';
    process.env['DATABASE_URL'] = 'postgres://somebody@somewhere/x';
    try {
      const seen = Object.keys(await sandbox().ask<object>('environment', null)).sort();
      expect(
        seen.filter(
          (name) =>
            ![
              'PATH',
              'NODE_ENV',
              'LANG',
              'TZ',
              'LD_LIBRARY_PATH',
              'CUDA_VISIBLE_DEVICES',
              'PWD',
              '_',
              'SHLVL',
            ].includes(name),
        ),
      ).toEqual([]);
    } finally {
      delete process.env['TEST_SPLIT_SECRET'];
      delete process.env['DATABASE_URL'];
    }
  });

  it('that never ends is ended, and the next question says why', async () => {
    const child = sandbox({ seconds: 1 });
    await expect(child.ask('endless', null)).rejects.toMatchObject({ code: 'TOPIARY_SANDBOX_TIME' });
    await expect(child.ask('echo', 1)).rejects.toMatchObject({ code: 'TOPIARY_SANDBOX_TIME' });
  });

  it('that takes more memory than it may is ended', async () => {
    await expect(sandbox().ask('memory', 2 ** 32)).rejects.toMatchObject({ code: 'TOPIARY_SANDBOX_MEMORY' });
  });

  it('that dies is told apart from one that answers', async () => {
    await expect(sandbox().ask('die', null)).rejects.toMatchObject({ code: 'TOPIARY_SANDBOX_CRASHED' });
  });

  it('that burns processor time unwatched is ended by the system', async ({ skip }) => {
    if (!isolation().taken.includes('memory')) skip('skipped: prlimit does not work on this machine');
    await expect(sandbox({ cpuSeconds: 1 }).ask('endless', null)).rejects.toMatchObject({
      code: 'TOPIARY_SANDBOX_CRASHED',
    });
  });

  it('has no network where the system can forbid it, not even this machine', async ({ skip }) => {
    if (!isolation().taken.includes('network')) {
      console.log(`skipped: ${isolation().missing.join('; ')}`);
      skip();
    }
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await sandbox().ask('connect', port)).not.toBe('connected');
    server.close();
  });
});

it('says what it could not do on this machine', () => {
  const { taken, lacks, missing } = isolation();
  for (const id of lacks) expect(taken).not.toContain(id);
  expect(missing.length).toBeGreaterThanOrEqual(lacks.length);
});
