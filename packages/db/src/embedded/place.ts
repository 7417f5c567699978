/**
 * Where the cluster and the binaries lie, and which user runs them.
 *
 * Postgres refuses to run as root. Started by root it runs as the system user `postgres`, who must be able to
 * reach both; where a parent folder bars the way (`/root`, a folder of mode 700) they go to /var/lib/topiary.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { type Binaries, packagedBinaries } from './binaries.js';

/** Empty unless we are root: then the ids that a child process takes on. */
export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

export interface Place {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly identity: Identity;
  /** The cluster lies outside the home, in a folder named after the home's path. */
  readonly isElsewhere: boolean;
}

const ELSEWHERE = '/var/lib/topiary';
const USER = 'postgres';

const idOf = (flag: '-u' | '-g'): number | null => {
  const { status, stdout } = spawnSync('id', [flag, USER], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : null;
};

const postgresUser = (): Identity => {
  if (idOf('-u') === null) {
    const made = spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', USER]);
    // Busybox has no useradd.
    if (made.status !== 0) spawnSync('adduser', ['-S', '-D', '-H', USER]);
  }
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (uid === null || gid === null) {
    throw new TopiaryError('TOPIARY_START_POSTGRES', {
      where: `user '${USER}'`,
      expected: 'a system user to run Postgres as, since it refuses to run as root',
      got: 'none, and neither useradd nor adduser could make one',
      cure: `Make a user '${USER}', start Topiary as another user than root, or set DATABASE_URL`,
    });
  }
  return { uid, gid };
};

const canEnter = (directory: string, identity: Identity): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { ...identity, cwd: '/' }).status === 0;

const canUse = (binaries: Binaries, identity: Identity): boolean =>
  spawnSync(binaries.postgres, ['--version'], { ...identity, cwd: '/' }).status === 0 &&
  spawnSync('/bin/sh', ['-c', 'test -r "$0"', join(binaries.root, 'share/postgresql/postgres.bki')], {
    ...identity,
    cwd: '/',
  }).status === 0;

const copyBinaries = (from: Binaries, base: string): Binaries => {
  const root = join(base, `postgres-${from.version}`);
  if (!existsSync(root)) {
    const draft = `${root}.draft`;
    rmSync(draft, { recursive: true, force: true });
    cpSync(from.root, draft, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', draft]);
    renameSync(draft, root);
  }
  const inside = (path: string): string => join(root, path.slice(from.root.length));
  return { ...from, root, postgres: inside(from.postgres), initdb: inside(from.initdb) };
};

/** `recorded`: where the home's cluster was put when it was made, if not in the home. */
export const findPlace = async (home: string, recorded: string | null): Promise<Place> => {
  mkdirSync(home, { recursive: true });
  const here = realpathSync(home);
  const binaries = await packagedBinaries();
  if (process.getuid?.() !== 0) return { dataDir: join(here, 'postgres'), binaries, identity: {}, isElsewhere: false };

  const identity = postgresUser();
  chmodSync(here, statSync(here).mode | 0o001);
  const base = join(ELSEWHERE, createHash('sha256').update(here).digest('hex').slice(0, 16));
  const isElsewhere = recorded !== null || !canEnter(here, identity);
  const needsCopy = !canUse(binaries, identity);
  if (isElsewhere || needsCopy) {
    mkdirSync(base, { recursive: true });
    for (const directory of [dirname(base), base]) chmodSync(directory, 0o755);
  }
  return {
    dataDir: recorded ?? join(isElsewhere ? base : here, 'postgres'),
    binaries: needsCopy ? copyBinaries(binaries, base) : binaries,
    identity,
    isElsewhere,
  };
};
