/** The documents are of this code: tables are of the data, links lead somewhere, the method that is walked through works. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DOCS, ORDER, readPage } from '../../apps/web/docs.js';
import { recordedRoles, rolesTable } from '../../scripts/bench/role-lines.js';
import { recordedSteps, stepsTable } from '../../scripts/bench/steps.js';
import {
  between,
  differencesTable,
  EXPERIMENTS,
  type Get,
  PROTOCOL,
  README,
  recordedOrderings,
  resultsTable,
  SCRIPTS,
  STUDY,
  STUDY_PICTURE,
  studied,
  targetsTable,
  write,
} from '../../scripts/documents.js';
import { startApi, type TestApi } from '../helpers/api.js';
import { blocksOf, DOCUMENTS, root } from '../helpers/document-blocks.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  // recorded rows lie in the project
  mkdirSync(api.context.projectDir);
  symlinkSync(join(root, 'packages'), join(api.context.projectDir, 'packages'));
});
afterAll(() => api.close());

it('the table of differences is of the methods as they are (npm run docs)', () => {
  expect(between(readFileSync(PROTOCOL, 'utf8'), 'differences')).toBe(differencesTable());
});

it('the reasons of targets are those that boards give (npm run docs)', () => {
  expect(between(readFileSync(PROTOCOL, 'utf8'), 'targets')).toBe(targetsTable());
});

it('the orderings that stand are those that were recorded (npm run docs)', async () => {
  expect(between(readFileSync(EXPERIMENTS, 'utf8'), 'orderings')).toBe(await recordedOrderings());
});

it('tables and picture of the study of solvers are of what it recorded (npm run docs)', async () => {
  const { chapters, picture } = await studied();
  expect(between(readFileSync(STUDY, 'utf8'), 'networks')).toBe(chapters);
  expect(readFileSync(STUDY_PICTURE, 'utf8')).toBe(picture);
});

it('the steps beside PyTorch are those that the bench recorded (npm run docs)', () => {
  expect(between(readFileSync(SCRIPTS, 'utf8'), 'steps')).toBe(stepsTable(recordedSteps()));
});

it('the roles of steps beside PyTorch are those that the bench recorded (npm run docs)', () => {
  expect(between(readFileSync(SCRIPTS, 'utf8'), 'roles')).toBe(rolesTable(recordedRoles()));
});

it('the results in README.md are those of a fresh installation (UPDATE_DOCUMENTS=1 writes them)', async () => {
  const get: Get = async <T>(url: string) => (await api.app.inject({ url })).json() as T;
  const made = await resultsTable(get);
  if (process.env['UPDATE_DOCUMENTS']) write(README, 'results', made);
  expect(between(readFileSync(README, 'utf8'), 'results')).toBe(made);
});

it('every document is a page, and begins with a sentence that says what it is for', () => {
  const files = readdirSync(DOCS).filter((file) => file.endsWith('.md'));
  expect(files.map((file) => file.replace('.md', '')).sort()).toEqual([...ORDER].sort());
  for (const id of ORDER) {
    const { title, summary, parts } = readPage(id);
    expect(title.length).toBeGreaterThan(2);
    expect(summary).toMatch(/\.$/);
    expect(parts.length).toBeGreaterThan(0);
  }
});

it('links lead to files and chapters that are there', () => {
  const broken: string[] = [];
  for (const file of DOCUMENTS) {
    for (const [, href = ''] of readFileSync(join(root, file), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|\/)/.test(href)) continue;
      const [path = '', hash] = href.split('#');
      const target = path === '' ? join(root, file) : join(root, dirname(file), path);
      const id = /docs\/([a-z-]+)\.md$/.exec(target)?.[1];
      if (!existsSync(target)) broken.push(`${file}: ${href}`);
      else if (hash && id && !readPage(id).chapters.some((chapter) => chapter.id === hash))
        broken.push(`${file}: ${href}`);
    }
  }
  expect(broken).toEqual([]);
});

it('the criterion of docs/methods.md is what its three files make of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-method-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const path of ['packages/methods', 'tests/packages/methods'])
      cpSync(join(root, path), join(folder, path), {
        recursive: true,
        filter: (from) => !from.endsWith('node_modules'),
      });
    const parts = blocksOf('docs/methods.md').filter(({ language }) => language === 'ts');
    for (const { does, rest, code } of parts) {
      mkdirSync(dirname(join(folder, rest)), { recursive: true });
      if (does === 'line') appendFileSync(join(folder, rest), code);
      else writeFileSync(join(folder, rest), code);
    }
    expect(parts.map(({ does }) => does)).toEqual(['file', 'line', 'file']);
    const alias = ['/catalogue', ''].map((part) => ({
      find: `@topiary/methods${part}`,
      replacement: join(folder, `packages/methods/src/${part === '' ? 'index' : 'catalogue'}.ts`),
    }));
    writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify({ resolve: { alias } })};`);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/packages/methods/filter-l1.test.ts'],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, VITEST: undefined } },
    );
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('1 passed');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
