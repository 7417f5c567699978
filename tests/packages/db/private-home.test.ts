/** What other users of the machine can read of a home: nothing. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topiary-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** In a process of its own, since it changes what that process makes from then on. */
const inProcess = (home: string, then: string): void => {
  const code = `import { privateHome } from '@topiary/db'; import { openStorage } from '@topiary/storage';
    import { mkdirSync, writeFileSync } from 'node:fs';
    const home = ${JSON.stringify(home)}; privateHome(home); ${then}`;
  const file = join(root, 'node_modules', '.topiary', `private-${process.pid}.mts`);
  writeFileSync(file, code);
  try {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  } finally {
    rmSync(file, { force: true });
  }
};

const allBelow = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const below = join(path, entry.name);
    return entry.isDirectory() ? [below, ...allBelow(below)] : [below];
  });

it('a new home, and everything that is put into it, is for its user alone', () => {
  const home = join(folder, 'home');
  inProcess(
    home,
    `const storage = await openStorage('file:' + home + '/artefacts'); await storage.put(new Uint8Array([1, 2, 3]));
     mkdirSync(home + '/anything'); writeFileSync(home + '/anything/at-all', 'x');`,
  );
  expect(modeOf(home)).toBe('700');
  const found = allBelow(home);
  expect(found.length).toBeGreaterThan(5);
  for (const path of found) expect([path, modeOf(path)]).toEqual([path, statSync(path).isDirectory() ? '700' : '600']);
});

it('a home that an older release had left open is closed; what it links to is not touched', () => {
  const [home, data] = [join(folder, 'home'), join(folder, 'data')];
  for (const path of [home, join(home, 'artefacts'), data]) mkdirSync(path);
  writeFileSync(join(home, 'mail.json'), '{}');
  symlinkSync(data, join(home, 'datasets'));
  for (const path of [home, join(home, 'artefacts'), data]) chmodSync(path, 0o755);
  chmodSync(join(home, 'mail.json'), 0o644);
  inProcess(home, '');
  // Root runs Postgres as another user, who passes through the home.
  expect(modeOf(home)).toBe(process.getuid?.() === 0 ? '711' : '700');
  expect([join(home, 'artefacts'), join(home, 'mail.json'), data].map(modeOf)).toEqual(['700', '600', '755']);
});
