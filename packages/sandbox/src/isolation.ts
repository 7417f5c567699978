/**
 * What this machine lets us take from a child: the network, privileges, memory, processes. Each measure is a program
 * that sets something and becomes the next one (unshare, setpriv, prlimit: util-linux), and each is tried once; what
 * does not work here is left out and said aloud.
 */
import { spawnSync } from 'node:child_process';

export interface Limits {
  readonly memoryBytes: number;
  /** Of processor time, all threads together: the end of a child that nobody watches any more. */
  readonly cpuSeconds: number;
  readonly processes: number;
  readonly openFiles: number;
}

type MeasureId = 'network' | 'privileges' | 'memory' | 'processes';

interface Measure {
  readonly id: MeasureId;
  /** What is missing where it cannot be taken. */
  readonly without: string;
  /** In order of preference; `--` ends the options of each. */
  readonly commands: (limits: Limits) => readonly (readonly string[])[];
}

const USER = ['--user', '--map-root-user'];

const MEASURES: readonly Measure[] = [
  {
    id: 'network',
    without: 'the network cannot be forbidden here (neither a user namespace nor a network namespace is permitted)',
    commands: () => [
      ['unshare', ...USER, '--net', '--ipc', '--'],
      ['unshare', '--net', '--ipc', '--'],
    ],
  },
  {
    id: 'privileges',
    without: 'privileges cannot be dropped here (setpriv is missing or refused)',
    commands: () => [
      ['setpriv', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--pdeathsig', 'KILL', '--'],
      ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL', '--'],
    ],
  },
  {
    id: 'memory',
    without: 'the system does not limit memory here (prlimit is missing or refused); the parent watches it instead',
    // Private writable memory, not address space: V8 reserves far more addresses than it ever uses.
    commands: ({ memoryBytes, cpuSeconds, openFiles }) => [
      [
        'prlimit',
        `--data=${memoryBytes}`,
        `--cpu=${cpuSeconds}`,
        `--nofile=${openFiles}`,
        '--core=0',
        '--fsize=0',
        '--',
      ],
    ],
  },
  {
    id: 'processes',
    without: 'the number of processes is not limited here (it needs a user namespace, where they are counted apart)',
    commands: ({ processes }) => [['prlimit', `--nproc=${processes}`, '--']],
  },
];

const works = (command: readonly string[]): boolean => {
  const [program, ...rest] = [...command, 'true'];
  return spawnSync(program!, rest, { stdio: 'ignore', timeout: 5_000 }).status === 0;
};

export interface Isolation {
  readonly taken: readonly MeasureId[];
  /** In words, what could not be done on this machine. */
  readonly missing: readonly string[];
  /** Program and arguments that come before the child's own. */
  readonly prefix: (limits: Limits) => readonly string[];
}

const PROBE: Limits = { memoryBytes: 2 ** 30, cpuSeconds: 60, processes: 256, openFiles: 256 };

const find = (): Isolation => {
  const chosen: { measure: Measure; index: number }[] = [];
  const missing: string[] = [];
  const prefixOf = (limits: Limits) => chosen.flatMap(({ measure, index }) => measure.commands(limits)[index]!);
  let apart = false;
  for (const measure of MEASURES) {
    const before = prefixOf(PROBE);
    const index: number =
      measure.id === 'processes' && !apart
        ? -1
        : measure.commands(PROBE).findIndex((command) => works([...before, ...command]));
    if (index < 0) missing.push(measure.without);
    else {
      chosen.push({ measure, index });
      apart ||= measure.commands(PROBE)[index]!.includes('--user');
    }
  }
  return { taken: chosen.map(({ measure }) => measure.id), missing, prefix: prefixOf };
};

let found: Isolation | null = null;

/** Tried once per process. */
export const isolation = (): Isolation => {
  found ??= find();
  return found;
};
