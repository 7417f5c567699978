/** Where the time of a training step goes: onnxruntime's profile, added up by the role that a node's name tells. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The first pattern that fits `name|operator` decides. */
const ROLES: readonly (readonly [string, RegExp])[] = [
  ['optimiser', /^update\//],
  ['loss', /^(backward\/)?loss\//],
  ['weight gradient: shifts', /ConvWeightGrad.*\|Conv$/],
  ['weight gradient: products', /ConvWeightGrad.*MatMul$/],
  ['weight gradient: layout', /ConvWeightGrad/],
  ['input gradient', /ConvInputGrad/],
  ['norm backward', /BatchNormalizationTrainGrad/],
  ['activation backward', /ReluGrad/],
  ['other backward', /^backward\//],
  ['convolution forward', /\|Conv$/],
  ['norm forward', /bn|BatchNormalization/],
  ['activation and addition forward', /\|(Relu|Add)$/],
  ['other forward', /./],
];

interface Event {
  readonly cat?: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

export interface RoleTime {
  readonly role: string;
  readonly ms: number;
  readonly nodes: number;
  /** Operators by their share, largest first. */
  readonly operators: readonly (readonly [string, number])[];
}

const KERNEL = '_kernel_time';

export const rolesOf = (events: readonly Event[], runs: number): readonly RoleTime[] => {
  const roles = new Map<string, { ms: number; nodes: Set<string>; operators: Map<string, number> }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith(KERNEL)) continue;
    const node = name.slice(0, -KERNEL.length);
    const operator = args?.op_name ?? '?';
    const role = ROLES.find(([, pattern]) => pattern.test(`${node}|${operator}`))?.[0] ?? 'other forward';
    const entry = roles.get(role) ?? { ms: 0, nodes: new Set(), operators: new Map() };
    roles.set(role, entry);
    const ms = dur / 1000 / runs;
    entry.ms += ms;
    entry.nodes.add(node);
    entry.operators.set(operator, (entry.operators.get(operator) ?? 0) + ms);
  }
  return [...roles]
    .map(([role, { ms, nodes, operators }]) => ({
      role,
      ms,
      nodes: nodes.size,
      operators: [...operators].sort(([, a], [, b]) => b - a),
    }))
    .sort((a, b) => b.ms - a.ms);
};

/** Calls `body` with a prefix for the profile and reads what it wrote. */
export const profiled = async (body: (prefix: string) => Promise<number>): Promise<readonly RoleTime[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'topiary-profile-'));
  try {
    const runs = await body(join(folder, 'profile'));
    const [file] = await readdir(folder);
    return file ? rolesOf(JSON.parse(await readFile(join(folder, file), 'utf8')), runs) : [];
  } finally {
    await rm(folder, { recursive: true });
  }
};
