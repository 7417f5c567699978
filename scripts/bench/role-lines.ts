/** What scripts/bench/step-roles.ts recorded: milliseconds of a training step by role, here and in PyTorch. */
import { join } from 'node:path';
import { markdownTable } from '../markdown.js';
import { recordedLines } from './lines.js';

export const ROLE_LINES = join(import.meta.dirname, 'results/step-roles.jsonl');

/** By role. */
export type Milliseconds = Readonly<Record<string, number>>;

export interface RoleLine {
  readonly at: string;
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly network: string;
  readonly threads: number;
  readonly here: Milliseconds;
  readonly peer: Milliseconds;
  /** What layout and norms would take here if no node of theirs went through its operands more slowly than the memory's rate. */
  readonly atMemoryRate?: Milliseconds;
}

const COLUMNS = [
  'convolution, forward',
  'convolution, backward',
  'norm, forward',
  'norm, backward',
  'products, forward',
  'products, backward',
  'the rest, forward',
  'the rest, backward',
  'layout',
  'optimiser',
];

const LAST = "layout and norms at the memory's rate";

export const recordedRoles = (path = ROLE_LINES): readonly RoleLine[] => recordedLines(path);

export const sum = (roles: Milliseconds): number => Object.values(roles).reduce((total, ms) => total + ms, 0);

/** The step if each role took what it takes where it is faster. */
export const atTheBetter = ({ here, peer }: Pick<RoleLine, 'here' | 'peer'>): number =>
  [...new Set([...Object.keys(here), ...Object.keys(peer)])].reduce(
    (total, role) => total + Math.min(here[role] ?? 0, peer[role] ?? 0),
    0,
  );

/** The step if what only moves elements ran at the memory's rate at least. */
export const movedAtMemoryRate = ({ here, atMemoryRate }: Pick<RoleLine, 'here' | 'atMemoryRate'>): number | null =>
  atMemoryRate === undefined
    ? null
    : Object.entries(here).reduce((total, [role, ms]) => total + (atMemoryRate[role] ?? ms), 0);

const fixed = (ms: number | undefined): string => (ms === undefined ? '-' : ms.toFixed(ms < 10 ? 1 : 0));

const over = (ms: number | null, of: number): string => (ms === null ? '-' : (ms / of).toFixed(2));

/** The last line of each network with this many threads: `here / there` by role, and sums over PyTorch's. */
export const rolesTable = (lines: readonly RoleLine[], threads = 2): string => {
  const last = new Map(lines.filter((line) => line.threads === threads).map((line) => [line.network, line]));
  const rows = [...last.values()].map((line) => [
    line.network,
    ...COLUMNS.map((role) => `${fixed(line.here[role])} / ${fixed(line.peer[role])}`),
    ...[sum(line.here), atTheBetter(line), movedAtMemoryRate(line)].map((ms) => over(ms, sum(line.peer))),
  ]);
  return markdownTable(['ms here / in PyTorch', ...COLUMNS, 'ratio', 'at the better of both', LAST], rows);
};
