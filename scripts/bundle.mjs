/** Bundles each process into one file under dist/: our own TypeScript inside, npm packages outside. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './setup.mjs';

const entries = {
  api: 'apps/api/src/server.ts',
  worker: 'workers/evaluator/src/worker.ts',
  'worker-child': 'workers/evaluator/src/child.ts',
  supervisor: 'scripts/supervisor.ts',
  doctor: 'scripts/doctor.ts',
  import: 'scripts/import.ts',
};

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
