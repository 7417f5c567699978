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
  ['product backward', /^backward\/.*\|(MatMul|Gemm|FusedMatMul)$/],
  ['other backward', /^backward\//],
  ['norm forward', /bn|norm|BatchNormalization/i],
  ['convolution forward', /\|Conv$/],
  ['product forward', /\|(MatMul|Gemm|FusedMatMul)$/],
  ['elementwise forward', /\|(Relu|Add|Sub|Mul|Div|Clip|Gelu|Erf|Softmax|HardSigmoid)$/],
  ['other forward', /./],
];

/** Dimensions by the name of the element type; nothing for an operand that is left out. */
type Shapes = readonly Readonly<Record<string, readonly number[]>>[];

interface Event {
  readonly cat?: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: Shapes;
    readonly output_type_shape?: Shapes;
  };
}

export interface RoleTime {
  readonly role: string;
  readonly ms: number;
  readonly nodes: number;
  /** Operators by their share, largest first. */
  readonly operators: readonly (readonly [string, number])[];
}

const KERNEL = '_kernel_time';

export interface NodeTime {
  readonly operator: string;
  readonly ms: number;
  /** Dimensions of the operands that are there, and of the results. */
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

const dimsOf = (shapes: Shapes = []): readonly (readonly number[])[] => shapes.flatMap((one) => Object.values(one));

/** The shortest time of every node: what else the machine did then counts least. */
const nodeTimes = (events: readonly Event[]): ReadonlyMap<string, NodeTime> => {
  const times = new Map<string, NodeTime>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith(KERNEL)) continue;
    const node = name.slice(0, -KERNEL.length);
    const ms = Math.min(dur / 1000, times.get(node)?.ms ?? Number.POSITIVE_INFINITY);
    const [inputs, outputs] = [dimsOf(args?.input_type_shape), dimsOf(args?.output_type_shape)];
    times.set(node, { operator: args?.op_name ?? '?', ms, inputs, outputs });
  }
  return times;
};

export const roleOf = (node: string, operator: string): string =>
  ROLES.find(([, pattern]) => pattern.test(`${node}|${operator}`))?.[0] ?? 'other forward';

export const rolesOf = (nodes: ReadonlyMap<string, NodeTime>): readonly RoleTime[] => {
  const roles = new Map<string, { ms: number; nodes: number; operators: Map<string, number> }>();
  for (const [node, { operator, ms }] of nodes) {
    const role = roleOf(node, operator);
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

/** Calls `body` with a prefix for the profile and reads what it wrote: times by node. */
export const profiledNodes = async (
  body: (prefix: string) => Promise<void>,
): Promise<ReadonlyMap<string, NodeTime>> => {
  const folder = await mkdtemp(join(tmpdir(), 'topiary-profile-'));
  try {
    await body(join(folder, 'profile'));
    const [file] = await readdir(folder);
    return nodeTimes(file ? JSON.parse(await readFile(join(folder, file), 'utf8')) : []);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The same by role. */
export const profiled = async (body: (prefix: string) => Promise<void>): Promise<readonly RoleTime[]> =>
  rolesOf(await profiledNodes(body));
