/** What CI does beside the tests: files that it names are there, and a release is made of what is ready for it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDockerfile } from '../../scripts/deploy/files.mjs';
import { notesOf } from '../../scripts/deploy/release-notes.mjs';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');
const texts = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);

describe.each(texts)('%s', (_, text) => {
  it('is YAML, runs scripts that there are, and builds stages that there are', () => {
    const { jobs } = parse(text) as { jobs: Record<string, { 'timeout-minutes'?: number; steps: object[] }> };
    expect(Object.keys(jobs).length).toBeGreaterThan(0);
    const scripts = [...text.matchAll(/(?:node|bash) ((?:scripts|\.ci)\/[\w./-]+)/g)].map((match) => match[1]!);
    expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([]);
    const stages = readDockerfile(join(root, 'Dockerfile')).map(({ name }) => name);
    const targets = [...text.matchAll(/(?:--target |target: )(\w+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !stages.includes(target))).toEqual([]);
  });

  it('runs on what is built with the rights that it needs, and no more', () => {
    // Without the word, a token may write everything.
    if (!text.includes('permissions:')) expect(text).not.toMatch(/secrets\./);
  });
});

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## 1.1.0 (unreleased)\n\n- Next.\n\n## 1.0.1 (2027-01-02)\n\n- One.\n- Two.\n\n## 1.0.0 (2026-12-01)\n\n- First.\n';

  it('are its part of the changelog, first and last alike', () => {
    expect(notesOf(changelog, '1.0.1')).toBe('- One.\n- Two.');
    expect(notesOf(changelog, '1.0.0')).toBe('- First.');
  });

  it('are none while it is not released, or not named', () => {
    expect(notesOf(changelog, '1.1.0')).toBeNull();
    expect(notesOf(changelog, '1.0.2')).toBeNull();
    expect(notesOf(changelog, '1.0')).toBeNull();
  });
});

it('Renovate keeps digests, and lets nobody move what must move together or by hand', () => {
  const config = JSON.parse(readFileSync(join(root, 'renovate.json'), 'utf8'));
  expect(config.extends).toContain('docker:pinDigests');
  const packages = new Set(
    Object.keys(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages).map((path) =>
      path.replace(/^.*node_modules\//, ''),
    ),
  );
  for (const { matchPackageNames } of config.packageRules as { matchPackageNames: string[] }[])
    for (const name of matchPackageNames)
      expect([name, packages.has(name) || /^(postgres|node|jsdom|@better-auth\/\*)$/.test(name)]).toEqual([name, true]);
});
