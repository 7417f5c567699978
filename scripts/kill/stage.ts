/** A copy of this project, mostly of links, in which the process that computes is one that only waits. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export const project = resolve(import.meta.dirname, '../..');

/** It lies below the project, so that packages are found from it; the caller removes it. */
export const stageProject = async (): Promise<string> => {
  mkdirSync(join(project, '.cache'), { recursive: true });
  const stage = mkdtempSync(join(project, '.cache', 'kill-'));
  mkdirSync(join(stage, 'dist'));
  for (const name of readdirSync(project))
    if (!['dist', '.cache', '.git', '.data'].includes(name)) symlinkSync(join(project, name), join(stage, name));
  // Copies: somebody may build the project anew meanwhile.
  cpSync(join(project, 'dist'), join(stage, 'dist'), { recursive: true });
  await build({
    entryPoints: [join(import.meta.dirname, 'waiting-child.ts')],
    outfile: join(stage, 'dist/worker-child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    plugins: [
      {
        name: 'ours are inside',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^@topiary\// }, ({ path }) => ({
            path: resolve(project, 'packages', path.slice('@topiary/'.length), 'src/index.ts'),
          })),
      },
    ],
  });
  return stage;
};
