/**
 * What this machine lets us take from a child: files, other processes, the network, privileges, memory. Each step is a
 * program that sets something and becomes the next one (unshare, setpriv, prlimit: util-linux), and each is tried once;
 * what does not work here is left out and said aloud.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { boxed } from './box.js';

export interface Limits {
  readonly memoryBytes: number;
  /** Of processor time, all threads together: the end of a child that nobody watches any more. */
  readonly cpuSeconds: number;
  readonly processes: number;
  readonly openFiles: number;
}

export type MeasureId = 'files' | 'others' | 'network' | 'user' | 'privileges' | 'memory' | 'processes';

/** What is missing where it cannot be taken. */
const WITHOUT: Readonly<Record<MeasureId, string>> = {
  files: 'files of the server can be read here by whoever gets out of onnxruntime (no mount namespace is permitted)',
  others: 'other processes can be seen here, and those of the same user signalled (no process namespace is permitted)',
  network: 'the network cannot be forbidden here (neither a user namespace nor a network namespace is permitted)',
  user: 'uploads run as the same user as the server (only root can give them another)',
  privileges: 'privileges cannot be dropped here (setpriv is missing or refused)',
  memory: 'the system does not limit memory here (prlimit is missing or refused); the parent watches it instead',
  processes: 'the number of processes is not limited here (it needs a user namespace, where they are counted apart)',
};

/** With these nothing of the server is within reach; whose user it is no longer matters then. */
const REQUIRED: readonly MeasureId[] = ['files', 'others', 'network', 'privileges', 'memory', 'processes'];

interface Way {
  readonly takes: readonly MeasureId[];
  /** What has to be taken before. */
  readonly after: readonly MeasureId[];
  readonly command: (limits: Limits, bundle: string, uid: number) => readonly string[];
}

/** In order of preference, at most one is chosen; `--` ends the options of each. */
type Step = readonly Way[];

const isRoot = (): boolean => process.getuid?.() === 0;

const USER = ['--user', '--map-root-user'];
/** The parent of a process namespace stays; when it ends, so does all within. */
const SPACES = ['--net', '--ipc', '--uts', '--mount', '--pid', '--fork', '--kill-child'];
const WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--'];
const NOTHING = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--pdeathsig', 'KILL', '--'];
/** Above what systems give to people and services. */
const UIDS = { first: 2 ** 20, count: 2 ** 16 } as const;
/** A container may have no more than these. */
const FEW_UIDS = { first: 60_001, count: 4_000 } as const;

const asOwn =
  ({ first, count }: { readonly first: number; readonly count: number }) =>
  (_limits: Limits, _bundle: string, draw: number): readonly string[] => {
    const uid = first + (draw % count);
    return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...NOTHING];
  };

// As root, without a user namespace, so that there are users to change to.
const ROOT_BOX: Way = {
  takes: ['files', 'others', 'network'],
  after: [],
  command: (_, bundle) => (isRoot() ? [...WITH_PARENT, 'unshare', ...SPACES, '--', ...boxed(bundle)] : ['false']),
};
const USER_BOX: Way = {
  takes: ['files', 'others', 'network', 'processes'],
  after: [],
  command: (_, bundle) => [...WITH_PARENT, 'unshare', ...USER, ...SPACES, '--', ...boxed(bundle)],
};
const OWN_USER: Way = { takes: ['user', 'privileges', 'processes'], after: [], command: asOwn(UIDS) };
const NO_PRIVILEGES: Way = { takes: ['privileges'], after: [], command: () => ['setpriv', ...NOTHING] };
const MEMORY: Way = {
  takes: ['memory'],
  after: [],
  // Private writable memory, not address space: V8 reserves far more addresses than it ever uses.
  command: ({ memoryBytes, cpuSeconds, openFiles }) => [
    'prlimit',
    `--data=${memoryBytes}`,
    `--cpu=${cpuSeconds}`,
    `--nofile=${openFiles}`,
    '--core=0',
    '--fsize=0',
    '--',
  ],
};
// They are counted by user: with another's they would be his.
const PROCESSES: Way = {
  takes: [],
  after: ['processes'],
  command: ({ processes }) => ['prlimit', `--nproc=${processes}`, '--'],
};

const STEPS: readonly Step[] = [
  [
    ROOT_BOX,
    USER_BOX,
    { takes: ['network', 'processes'], after: [], command: () => ['unshare', ...USER, '--net', '--ipc', '--'] },
    { takes: ['network'], after: [], command: () => ['unshare', '--net', '--ipc', '--'] },
  ],
  [
    OWN_USER,
    { ...OWN_USER, command: asOwn(FEW_UIDS) },
    NO_PRIVILEGES,
    { ...NO_PRIVILEGES, command: () => ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL', '--'] },
  ],
  [MEMORY],
  [PROCESSES],
];

export interface Isolation {
  readonly taken: readonly MeasureId[];
  /** What strangers' files should not be run without. */
  readonly lacks: readonly MeasureId[];
  /** In words, what could not be done on this machine. */
  readonly missing: readonly string[];
  /** Program and arguments that come before the child's own. */
  readonly prefix: (limits: Limits, bundle: string) => readonly string[];
}

const PROBE: Limits = { memoryBytes: 2 ** 30, cpuSeconds: 60, processes: 256, openFiles: 256 };
/** Any file that the server runs: whoever may read this one may read the bundles beside it. */
const SELF = fileURLToPath(import.meta.url);

const works = (command: readonly string[]): boolean => {
  const read = 'require("fs").readFileSync(process.argv[1])';
  const [program, ...rest] = [...command, process.execPath, '-e', read, SELF];
  return spawnSync(program!, rest, { stdio: 'ignore', timeout: 10_000 }).status === 0;
};

const commandOf = (ways: readonly Way[], limits: Limits, bundle: string, uid: number): readonly string[] =>
  ways.flatMap(({ command }) => command(limits, bundle, uid));

const takenBy = (ways: readonly Way[]): ReadonlySet<MeasureId> => new Set(ways.flatMap(({ takes }) => takes));

/** All steps at once, as a machine permits that permits everything: one probe instead of one for each way. */
const atOnce = (): readonly Way[] | null => {
  const ways = isRoot() ? [ROOT_BOX, OWN_USER, MEMORY, PROCESSES] : [USER_BOX, NO_PRIVILEGES, MEMORY, PROCESSES];
  return works(commandOf(ways, PROBE, SELF, 0)) ? ways : null;
};

const oneByOne = (): readonly Way[] => {
  const chosen: Way[] = [];
  for (const step of STEPS) {
    const [before, taken] = [commandOf(chosen, PROBE, SELF, 0), takenBy(chosen)];
    const way = step.find(
      ({ after, command }) => after.every((id) => taken.has(id)) && works([...before, ...command(PROBE, SELF, 0)]),
    );
    if (way !== undefined) chosen.push(way);
  }
  return chosen;
};

const find = (): Isolation => {
  const ways = atOnce() ?? oneByOne();
  const taken = takenBy(ways);
  const prefix: Isolation['prefix'] = (limits, bundle) => commandOf(ways, limits, bundle, randomInt(2 ** 30));
  const lacks = REQUIRED.filter((id) => !taken.has(id));
  // Within a box of its own it does not matter whose user a child is.
  const alike = taken.has('user') || (taken.has('files') && taken.has('others'));
  const missing = alike ? lacks : [...lacks, 'user' as const];
  return { taken: [...taken], lacks, missing: missing.map((id) => WITHOUT[id]), prefix };
};

let found: Isolation | null = null;

/** Tried once per process. */
export const isolation = (): Isolation => {
  found ??= find();
  return found;
};
