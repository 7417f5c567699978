/** Bundles each process into one file under dist/: our own TypeScript inside, npm packages outside. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { fingerprint, root } from './setup.mjs';

const entries = {
  api: 'apps/api/src/server.ts',
  'dump-process': 'apps/api/src/dump-process.ts',
  worker: 'workers/evaluator/src/worker.ts',
  'worker-child': 'workers/evaluator/src/child.ts',
  'criterion-child': 'workers/evaluator/src/criterion-child.ts',
  'runner-child': 'workers/evaluator/src/runner-child.ts',
  'provider-child': 'workers/evaluator/src/provider-child.ts',
  'gate-child': 'workers/evaluator/src/gate-child.ts',
  'lane-thread': 'packages/runtime/src/lane-thread.ts',
  supervisor: 'scripts/supervisor.ts',
  admin: 'scripts/admin.ts',
  doctor: 'scripts/doctor.ts',
  import: 'scripts/import.ts',
  'fetch-data': 'scripts/fetch-data.ts',
  'train-base': 'scripts/train-base.ts',
  openapi: 'scripts/openapi.ts',
};

// A result records the code that measured it: the release and a hash of the sources.
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const code = `${version}+${fingerprint(['packages', 'workers']).slice(0, 8)}`;

const everywhere = {
  absWorkingDir: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
  define: { 'process.env.TOPIARY_VERSION': JSON.stringify(code) },
};

/**
 * Units of an installation's own: `TOPIARY_EXTENSION` names a folder with `catalogue.ts` (descriptions, for every process)
 * and `units.ts` (what computes, for the processes that do). Each adds to the registries before anything asks them.
 */
const extension = process.env.TOPIARY_EXTENSION ? resolve(process.env.TOPIARY_EXTENSION) : null;
const outdir = process.env.TOPIARY_DIST ?? 'dist';
const COMPUTES = ['worker-child', 'criterion-child', 'runner-child', 'train-base'];
const only = (computes) =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => COMPUTES.includes(name) === computes));
const extended = (...files) => (extension === null ? [] : files.map((file) => join(extension, file)));

/** The extension is imported first, so that a process's own modules find its units in the registries. */
const begunBy = (entryPoints, files) => ({
  name: 'the extension comes first',
  setup: ({ onLoad }) => {
    const paths = new Set(Object.values(entryPoints).map((path) => join(root, path)));
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (files.length === 0 || !paths.has(path)) return null;
      const first = files.map((file) => `import ${JSON.stringify(file)};\n`).join('');
      return { contents: first + readFileSync(path, 'utf8'), loader: 'ts', resolveDir: dirname(path) };
    });
  },
});

/**
 * Prisma ships its query compiler as text, which would stay in memory twice in every process; here it lies beside them as
 * the bytes that the text stands for (`Buffer.from` takes either).
 */
const QUERY_COMPILER = 'query-compiler.wasm';
const compilerAsBytes = {
  name: 'the query compiler is read as bytes',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@prisma\/client\/runtime\/query_compiler_.*\.wasm-base64\.mjs$/ }, ({ path }) => ({
      path,
      namespace: QUERY_COMPILER,
    }));
    onLoad({ filter: /./, namespace: QUERY_COMPILER }, async ({ path }) => {
      const { wasm } = await import(path);
      mkdirSync(join(root, outdir), { recursive: true });
      writeFileSync(join(root, outdir, QUERY_COMPILER), Buffer.from(wasm, 'base64'));
      return {
        contents: `import { readFileSync } from 'node:fs';
          export const wasm = readFileSync(new URL('./${QUERY_COMPILER}', import.meta.url));`,
      };
    });
  },
};

const processes = (entryPoints, files) => ({
  ...everywhere,
  entryPoints,
  outdir,
  sourcemap: true,
  // Node reads every map at the start and keeps it: lines and names are enough.
  sourcesContent: false,
  plugins: [
    begunBy(entryPoints, files),
    compilerAsBytes,
    {
      // Everything that is not ours stays in node_modules: native parts and big libraries are not copied.
      name: 'npm packages stay outside',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || path.startsWith('@topiary/') ? null : { path, external: true },
        ),
    },
  ],
});

rmSync(join(root, outdir), { recursive: true, force: true });
await build(processes(only(false), extended('catalogue.ts')));
await build(processes(only(true), extended('catalogue.ts', 'units.ts')));
// Built elsewhere, it is the processes that are wanted.
if (outdir !== 'dist') process.exit(0);
rmSync(join(root, 'apps/cli/dist'), { recursive: true, force: true });

// The command line is a package of its own that installs anywhere, so it holds all that it needs; what prunes and checks
// is in files that are loaded when a command asks for it.
const { metafile } = await build({
  ...everywhere,
  entryPoints: { topiary: 'apps/cli/src/main.ts' },
  outdir: 'apps/cli/dist',
  chunkNames: '[name]-[hash]',
  splitting: true,
  minifySyntax: true,
  metafile: true,
  // two libraries with native parts, for those who prune with pictures
  external: ['onnxruntime-node', 'sharp'],
  // protobufjs is CommonJS and asks for Node's modules with require
  banner: {
    js: "import { createRequire as _createRequire } from 'node:module';const require = _createRequire(import.meta.url);",
  },
});
writeFileSync(join(root, 'apps/cli/dist/THIRD-PARTY.txt'), licencesOf(metafile));
