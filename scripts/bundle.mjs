/** Bundles each process into one file under dist/: our own TypeScript inside, npm packages outside. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
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
  topiary: 'apps/cli/src/main.ts',
};

// A result records the code that measured it: the release and a hash of the sources.
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const code = `${version}+${fingerprint(['packages', 'workers']).slice(0, 8)}`;

rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: entries,
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  define: { 'process.env.TOPIARY_VERSION': JSON.stringify(code) },
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
