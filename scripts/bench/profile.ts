/** Where a session's time goes: onnxruntime's profile, added up by the role that a node's name tells. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The first pattern that fits `name|operator` decides. */
const ROLES: readonly (readonly [string, RegExp])[] = [
  ['optimiser', /^update\//],
  ['loss', /^(backward\/)?loss\//],
  ['layout', /\|(ReorderInput|ReorderOutput|Transpose|Gather|Pad|Slice|Concat|Split|Expand)$/],
  ['weight gradient', /ConvWeightGrad/],
  ['input gradient', /ConvInputGrad/],
  ['norm backward', /(BatchNormalizationTrain|LayerNormalization)Grad/],
  ['elementwise backward', /^backward\/.*\|(Add|Sub|Mul|Div|Neg|Exp|Erf|Sqrt|Relu|HardSigmoid|Tanh|Reciprocal)$/],
  ['other backward', /^backward\//],
  ['norm forward', /bn|norm|BatchNormalization/i],
  ['convolution forward', /\|Conv$/],
  ['product forward', /\|(MatMul|Gemm|FusedMatMul)$/],
  ['elementwise forward', /\|(Relu|Add|Sub|Mul|Div|Clip|Gelu|Erf|Softmax|HardSigmoid)$/],
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

interface NodeTime {
  readonly operator: string;
  readonly ms: number;
}

/** The shortest time of every node: what else the machine did then counts least. */
const nodeTimes = (events: readonly Event[]): ReadonlyMap<string, NodeTime> => {
  const times = new Map<string, NodeTime>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith(KERNEL)) continue;
    const node = name.slice(0, -KERNEL.length);
    const ms = Math.min(dur / 1000, times.get(node)?.ms ?? Number.POSITIVE_INFINITY);
    times.set(node, { operator: args?.op_name ?? '?', ms });
  }
  return times;
};

export const rolesOf = (events: readonly Event[]): readonly RoleTime[] => {
  const roles = new Map<string, { ms: number; nodes: number; operators: Map<string, number> }>();
  for (const [node, { operator, ms }] of nodeTimes(events)) {
    const role = ROLES.find(([, pattern]) => pattern.test(`${node}|${operator}`))?.[0] ?? 'other forward';
    const entry = roles.get(role) ?? { ms: 0, nodes: 0, operators: new Map() };
    roles.set(role, entry);
    entry.ms += ms;
    entry.nodes += 1;
    entry.operators.set(operator, (entry.operators.get(operator) ?? 0) + ms);
  }
  return [...roles]
    .map(([role, { ms, nodes, operators }]) => ({
      role,
      ms,
      nodes,
      operators: [...operators].sort(([, a], [, b]) => b - a),
    }))
    .sort((a, b) => b.ms - a.ms);
};

/** Calls `body` with a prefix for the profile and reads what it wrote. */
export const profiled = async (body: (prefix: string) => Promise<void>): Promise<readonly RoleTime[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'topiary-profile-'));
  try {
    await body(join(folder, 'profile'));
    const [file] = await readdir(folder);
    return file ? rolesOf(JSON.parse(await readFile(join(folder, file), 'utf8'))) : [];
  } finally {
    await rm(folder, { recursive: true });
  }
};
