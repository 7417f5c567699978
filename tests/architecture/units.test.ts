/**
 * What a unit must bring, and where its name may stand. A track is files: outside the packages of tasks, tracks and models
 * no file names a task or what it is judged by; and nothing exists without the test that holds it to its formula.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { METHODS } from '@topiary/methods/catalogue';
import { TRACKS, trackById } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const files = (folder: string, ending = /\.tsx?$/): string[] =>
  (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []).flatMap((name) => {
    const path = join(folder, name);
    if (['generated', 'node_modules', 'dist'].includes(name)) return [];
    if (statSync(join(root, path)).isDirectory()) return files(path, ending);
    return ending.test(name) ? [path] : [];
  });
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Where tasks, their metrics and their recorded results belong. */
const AT_HOME = [
  'packages/tasks',
  'packages/tracks',
  'packages/zoo',
  'apps/web/src/features/views',
  // one experiment's records, whose fields are what the experiment measured
  'packages/contracts/src/experiment.ts',
  'packages/stats/src/scopes.ts',
];

/** A metric that has the name of what every training has is no task's own. */
const EVERYBODYS = ['loss'];

describe('the names of tasks and their metrics', () => {
  const tasks = TRACKS.map(({ id }) => trackById(id).task);
  const metrics = TRACKS.flatMap((track) => track.metrics.map(({ id }) => id)).filter((id) => !EVERYBODYS.includes(id));
  const names = [...new Set([...tasks, ...metrics])];
  // as a value or a property; ids of boards in examples are addresses
  const naming = new RegExp(`(['"\`])(?:${names.join('|')})\\1|\\.(?:${metrics.join('|')})\\b`);

  it('stand where tasks, tracks and views are, and nowhere else', () => {
    const outside = ['packages', 'apps', 'workers']
      .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'src')))
      .flatMap((folder) => files(folder))
      .filter((path) => !AT_HOME.some((home) => path.startsWith(home)));
    const found = outside.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, i) => (naming.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
    );
    expect(found, 'ask the task or the track: its metrics, its loss, its description').toEqual([]);
  });
});

/** Units that nothing holds to their formula, with the cure. */
const withoutTest = (units: readonly string[], tests: string, cure: string): string[] => {
  const text = files(tests).map(read).join('\n');
  return units.flatMap((id) => (new RegExp(`['"\`/ ]${id}\\b`).test(text) ? [] : [`${id}: ${cure}`]));
};

const idsIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => /^[a-z].*\.ts$/.test(name) && !['index.ts', 'registry.ts', 'catalogue.ts'].includes(name))
    .map((name) => name.replace('.ts', ''));

describe('a unit brings its test', () => {
  it.each(['criterion', 'regularizer', 'procedure'] as const)('every %s', (kind) => {
    const ids = METHODS.filter((method) => method.kind === kind).map(({ id }) => id);
    const cure = `a test of its formula in tests/packages/methods, against numbers from outside`;
    expect(withoutTest(ids, 'tests/packages/methods', cure)).toEqual([]);
  });

  it('every statistic', () => {
    const cure = 'a test in tests/packages/methods that computes it the slow way';
    expect(withoutTest(idsIn('packages/methods/src/statistics'), 'tests/packages/methods', cure)).toEqual([]);
  });

  it('every operator', () => {
    const listed = read('packages/ops/src/operators.ts');
    // the gradient of an operator is held to central differences by the operator's own rows
    const types = [...listed.matchAll(/export \{ (\w+) \}/g)]
      .map((match) => match[1]!)
      .filter((type) => !type.endsWith('Grad'));
    expect(types.length).toBeGreaterThan(100);
    const cure = 'rows in tests/packages/ops: forward, gradient, channels';
    const ofLowering = read('tests/packages/lowering/operators.test.ts');
    const missing = withoutTest(types, 'tests/packages/ops', cure).filter(
      (line) => !ofLowering.includes(line.split(':')[0]!),
    );
    expect(missing).toEqual([]);
  });

  it('every task: a test, metrics in the catalogue, a track that names it', () => {
    const tasks = readdirSync(join(root, 'packages/tasks/src')).filter((name) => !name.includes('.'));
    const named = new Set(TRACKS.map(({ id }) => trackById(id).task));
    for (const task of tasks) {
      expect(named.has(task), `task ${task}: a track in packages/tracks that names it`).toBe(true);
      expect(read('packages/tasks/src/catalogue.ts'), `task ${task}: its metrics in catalogue.ts`).toContain(
        `./${task}/`,
      );
    }
    const cure = 'a test in tests/packages/tasks';
    expect(withoutTest(tasks, 'tests/packages/tasks', cure)).toEqual([]);
  });

  it('every picture that a run leaves: a view', () => {
    const views = 'apps/web/src/features/views';
    const drawn = new Set(files(views).map((path) => relative(views, path).replace(/\.tsx?$/, '')));
    // files that people download, and what only the server reads
    const plain = new Set(['kept', 'model', 'pipeline', 'curve', 'log', 'correct', 'answers']);
    const emitted = ['packages/methods/src', 'packages/tasks/src']
      .flatMap((folder) => files(folder))
      .flatMap((path) => [...read(path).matchAll(/view: '([a-z-]+)'/g)].map((match) => match[1]!));
    const missing = [...new Set(emitted)].filter((view) => !plain.has(view) && !drawn.has(view));
    expect(missing, 'apps/web/src/features/views/<view>.tsx').toEqual([]);
  });
});
