/** Bundles each process into one file under dist/: our own TypeScript inside, npm packages outside. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { fingerprint, root } from './setup.mjs';

const entries = {
  api: 'apps/api/src/server.ts',
  worker: 'workers/evaluator/src/worker.ts',
  'worker-child': 'workers/evaluator/src/child.ts',
  'criterion-child': 'workers/evaluator/src/criterion-child.ts',
  'runner-child': 'workers/evaluator/src/runner-child.ts',
  'provider-child': 'workers/evaluator/src/provider-child.ts',
  'gate-child': 'workers/evaluator/src/gate-child.ts',
  supervisor: 'scripts/supervisor.ts',
  admin: 'scripts/admin.ts',
  doctor: 'scripts/doctor.ts',
  import: 'scripts/import.ts',
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

for (const folder of ['dist', 'apps/cli/dist']) rmSync(join(root, folder), { recursive: true, force: true });
await build({
  ...everywhere,
  entryPoints: entries,
  outdir: 'dist',
  sourcemap: true,
  plugins: [
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
  // protobufjs is CommonJS and asks for Node's modules with require
  banner: {
    js: "import { createRequire as _createRequire } from 'node:module';const require = _createRequire(import.meta.url);",
  },
});
writeFileSync(join(root, 'apps/cli/dist/THIRD-PARTY.txt'), licencesOf(metafile));
