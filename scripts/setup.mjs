/**
 * Makes a fresh clone ready: checks Node, installs what the lock file names, generates the database client,
 * bundles the processes, makes the types of the REST client and builds the site. Every step is skipped when its inputs have not changed.
 * Plain JavaScript without dependencies, since it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { checkNode, endOfLife } from './node-versions.mjs';

export const root = resolve(import.meta.dirname, '..');
const stamps = join(root, 'node_modules', '.topiary');

const say = (text) => process.stdout.write(`${text}\n`);

const files = function* (path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'generated'].includes(entry.name)) continue;
    yield* files(join(path, entry.name));
  }
};

/** One hash of the contents of files and folders. */
export const fingerprint = (paths) => {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const path of paths) {
    for (const file of files(join(root, path))) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
};

/** Runs `work` unless its inputs are the same as last time and its output is there. */
const step = (name, { inputs, output }, work) => {
  const stamp = join(stamps, name);
  const now = fingerprint(inputs);
  if (existsSync(stamp) && existsSync(join(root, output)) && readFileSync(stamp, 'utf8') === now) return;
  const began = Date.now();
  say(`  ${name} …`);
  work();
  mkdirSync(stamps, { recursive: true });
  // Whole or not at all, and never into a file that another folder shares.
  writeFileSync(`${stamp}.${process.pid}`, now);
  renameSync(`${stamp}.${process.pid}`, stamp);
  say(`  ${name} done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
};

const run = (command, args, env = {}) => {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 1 << 28,
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}\n`);
  throw new Error(`${command} ${args.join(' ')} ended with ${error?.message ?? status}`);
};

const bin = (name) => join(root, 'node_modules', '.bin', name);

const install = () =>
  // Some packages lie deeper than the root: the generator of the client wants another TypeScript than we do.
  step('install', { inputs: ['package-lock.json'], output: 'packages/client/node_modules' }, () =>
    // sharp and esbuild carry their binaries as optional packages; onnxruntime-node must not fetch CUDA files.
    run('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
      ONNXRUNTIME_NODE_INSTALL: 'skip',
    }),
  );

const generateClient = () =>
  step('database client', { inputs: ['prisma/schema.prisma'], output: 'packages/db/src/generated' }, () =>
    // Generating needs no engine: any executable satisfies the check, so nothing is downloaded.
    run(bin('prisma'), ['generate'], {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    }),
  );

/** Without this check a server whose extension is not where it was said to be would start as if nothing were asked. */
const checkExtension = (named) => {
  if (!named) return;
  const folder = resolve(named);
  const missing = ['catalogue.ts', 'units.ts'].find((file) => !existsSync(join(folder, file)));
  if (missing === undefined) return;
  throw new Error(`TOPIARY_EXTENSION: expected one folder with catalogue.ts and units.ts; no ${missing} in ${folder}`);
};

const bundle = () =>
  step(
    'processes',
    {
      inputs: [
        ...['packages', 'apps/api', 'apps/cli', 'workers', 'scripts', 'prisma', 'package-lock.json'],
        // units of an installation's own are bundled in
        ...(process.env.TOPIARY_EXTENSION ? [relative(root, resolve(process.env.TOPIARY_EXTENSION))] : []),
      ],
      output: 'dist/api.mjs',
    },
    () => run(process.execPath, ['scripts/bundle.mjs']),
  );

/** The types of the REST client, from the API's own description of itself. */
const generateClientTypes = () =>
  step(
    'API client',
    {
      inputs: ['apps/api', 'packages/contracts', 'scripts/openapi.ts', 'scripts/openapi-of.ts', 'package-lock.json'],
      output: 'packages/client/src/generated/api.ts',
    },
    () => {
      const require = createRequire(join(root, 'packages/client/package.json'));
      const generator = join(dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js');
      const document = join(root, 'dist/openapi.json');
      run(process.execPath, [join(root, 'dist/openapi.mjs'), document]);
      const types = join(root, 'packages/client/src/generated/api.ts');
      run(process.execPath, [generator, document, '--default-non-nullable=false', '--output', types]);
    },
  );

const buildSite = () =>
  step(
    'site',
    { inputs: ['apps/web', 'docs', 'packages/contracts', 'package-lock.json'], output: 'apps/web/dist/index.html' },
    () => run(bin('vite'), ['build', 'apps/web', '--logLevel', 'warn']),
  );

/** Everything that `npm start` and `npm test` need; `site: false` leaves the web site out. */
export const setup = ({ site = true } = {}) => {
  const problem = checkNode();
  if (problem) throw new Error(problem);
  checkExtension(process.env.TOPIARY_EXTENSION);
  const note = endOfLife();
  if (note) say(`  ${note}`);
  install();
  generateClient();
  bundle();
  generateClientTypes();
  if (site) buildSite();
};

if (process.argv[1] === import.meta.filename) {
  try {
    setup();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
