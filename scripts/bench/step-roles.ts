/**
 * What a training step spends its time on here and in PyTorch (eager, channels_last; the one whose step is shorter), role by
 * role: which role costs the lead, what the step would take if each ran at the better of the two rates, and what if layout
 * and norms ran at the memory's. Of each role the shortest of several steps, here of each node; wall time, so the machine must be quiet.
 *
 * `npx tsx scripts/bench/step-roles.ts [--networks resnet20,…] [--threads 2] [--dry]`
 * PYTHON names a Python with torch. Adds one line of JSON a network to scripts/bench/results/step-roles.jsonl.
 */
import { appendFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { type BenchNetwork, graphOf, NETWORKS, networkOf } from './networks.js';
import { startPeer } from './peer.js';
import { profiledNodes, roleOf } from './profile.js';
import { type Milliseconds, ROLE_LINES, type RoleLine, rolesTable, sum } from './role-lines.js';
import { bytesOf, memoryRate } from './roofs.js';
import { profiledSteps } from './trainer.js';

const STEPS = 8;

/** Roles of a profile here by the name of what does the same there. */
const SAME: Readonly<Record<string, string>> = {
  'convolution forward': 'convolution, forward',
  'weight gradient': 'convolution, backward',
  'input gradient': 'convolution, backward',
  'norm forward': 'norm, forward',
  'norm backward': 'norm, backward',
  'product forward': 'products, forward',
  'product backward': 'products, backward',
  'elementwise backward': 'the rest, backward',
  'other backward': 'the rest, backward',
  optimiser: 'optimiser',
  layout: 'layout',
};

/** Softmax and its gradient are part of attention there. */
const attentionRole = (name: string, operator: string): string | null => {
  if (name.includes('loss/')) return null;
  if (name.includes('SoftmaxGrad')) return 'products, backward';
  return operator === 'Softmax' ? 'products, forward' : null;
};

/** What only moves elements: each node reads its operands and writes its results once, and computes next to nothing. */
const MOVES = new Set(['layout', 'norm, forward', 'norm, backward']);

const here = async (
  network: BenchNetwork,
  threads: number,
  bytesPerMs: number,
): Promise<Pick<RoleLine, 'here' | 'atMemoryRate'>> => {
  const graph = graphOf(network);
  const taken = { batch: network.batch, threads, steps: STEPS };
  const nodes = await profiledNodes((profile) => profiledSteps(graph, taken, profile));
  const found: Record<string, number> = {};
  const atMemoryRate: Record<string, number> = {};
  for (const [name, node] of nodes) {
    const { operator, ms } = node;
    const role = attentionRole(name, operator) ?? SAME[roleOf(name, operator)] ?? 'the rest, forward';
    found[role] = (found[role] ?? 0) + ms;
    if (MOVES.has(role)) atMemoryRate[role] = (atMemoryRate[role] ?? 0) + Math.min(ms, bytesOf(node) / bytesPerMs);
  }
  return { here: found, atMemoryRate };
};

/** Of the layout with the shorter step; null where PyTorch is not at hand. */
const there = async (network: BenchNetwork, threads: number): Promise<Milliseconds | null> => {
  const found: Milliseconds[] = [];
  for (const layout of ['contiguous', 'channels_last'] as const) {
    const peer = await startPeer(graphOf(network), { batch: network.batch, threads, layout });
    if (!peer) return null;
    found.push(await peer.roles());
    peer.stop();
  }
  return found.reduce((best, one) => (sum(one) < sum(best) ? one : best));
};

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: NETWORKS.map(({ id }) => id).join() },
    threads: { type: 'string', default: String(availableParallelism()) },
    dry: { type: 'boolean', default: false },
  },
});
const threads = Number(values.threads);
const bytesPerMs = await memoryRate(threads);
const lines: RoleLine[] = [];
for (const network of values.networks.split(',').map(networkOf)) {
  const peer = await there(network, threads);
  if (!peer) process.exit(1);
  const about = { at: new Date().toISOString(), machine: machine(), network: network.id, threads };
  lines.push({ ...about, ...(await here(network, threads, bytesPerMs)), peer });
  if (!values.dry) await appendFile(ROLE_LINES, `${JSON.stringify(lines.at(-1))}\n`);
  console.log(`${network.id} done`);
}
console.log(rolesTable(lines, threads));
process.exit(0);
