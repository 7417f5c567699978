/** Which Node a clone can be set up with, and which of those nobody mends any more. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDockerfile } from '../../scripts/deploy/files.mjs';
import { checkNode, endOfLife } from '../../scripts/node-versions.mjs';

const root = resolve(import.meta.dirname, '../..');

it('refuses a Node that is too old, with the one that it needs', () => {
  expect(checkNode('20.18.3')).toMatch(/needs Node 20.19 or newer; this is 20.18.3/);
  for (const version of ['20.19.0', '22.0.0', '24.21.0', '26.10.0']) expect(checkNode(version)).toBeNull();
});

it('works on Node 20.19 and says that it is past its end of life, from the day after its last', () => {
  expect(endOfLife('20.19.0', new Date('2026-04-30T12:00:00Z'))).toBeNull();
  expect(endOfLife('20.19.0', new Date('2026-05-01T00:00:00Z'))).toMatch(
    /Node 20.19.0 works, but is past its end of life \(2026-04-30\)/,
  );
  expect(endOfLife('24.21.0', new Date('2026-12-01'))).toBeNull();
});

it('builds images and tests first on the same line of Node, which still gets fixes', () => {
  const [from] = new Set(
    readDockerfile(join(root, 'Dockerfile')).flatMap(({ from }) => /^node:([\d.]+)/.exec(from)?.[1] ?? []),
  );
  expect(endOfLife(from, new Date())).toBeNull();
  const workflow = parse(readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8'));
  const versions: string[] = workflow.jobs.test.strategy.matrix.node.map(String);
  expect(versions).toContain(from!.split('.')[0]);
  expect(versions).toContain('20.19');
});

it('refuses an extension that is not where it is said to be, or two in one, before it does anything', () => {
  const one = join(root, 'tests/extension/denoiser');
  for (const TOPIARY_EXTENSION of ['/nowhere/at/all', join(root, 'tests/extension'), `${one}:${one}`]) {
    const env = { ...process.env, TOPIARY_EXTENSION };
    const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: root, env, encoding: 'utf8' });
    expect(stderr).toBe(
      `TOPIARY_EXTENSION: expected one folder with catalogue.ts and units.ts; no catalogue.ts in ${TOPIARY_EXTENSION}\n`,
    );
    expect(status).toBe(1);
  }
});
