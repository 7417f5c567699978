/**
 * What share of the roof (`roofs.ts`) each part of a training step reaches; what lies in a cache may exceed it. One thread by
 * default; times of a profile are wall time, so the machine must be quiet.
 *
 * `npx tsx scripts/bench/roof.ts [--networks vit-blocks,…] [--threads 1] [--shapes]`; `--shapes` adds the slowest products.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { graphOf, networkOf } from './networks.js';
import { type NodeTime, profiledNodes, roleOf } from './profile.js';
import { bytesOf, flopsOf, memoryRate, productOf, roofsOf } from './roofs.js';
import { table } from './summary.js';
import { profiledSteps } from './trainer.js';

const STEPS = 6;
const SHOWN = 8;

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'vit-blocks,dit-blocks,gpt-blocks' },
    threads: { type: 'string', default: '1' },
    shapes: { type: 'boolean', default: false },
  },
});
const threads = Math.min(Number(values.threads), availableParallelism());

interface Part {
  ms: number;
  /** What it would take at the roof. */
  roofMs: number;
  /** Operations of its products, and bytes of what else it does. */
  flops: number;
  bytes: number;
}

const partsOf = async (nodes: ReadonlyMap<string, NodeTime>, bytesPerMs: number) => {
  const parts = new Map<string, Part>();
  const products: [string, number, number][] = [];
  for (const [name, node] of nodes) {
    const product = productOf(node);
    const role = `${roleOf(name, node.operator)}, ${product ? 'products' : 'the rest'}`;
    const part = parts.get(role) ?? { ms: 0, roofMs: 0, flops: 0, bytes: 0 };
    parts.set(role, part);
    part.ms += node.ms;
    if (!product) {
      part.bytes += bytesOf(node);
      part.roofMs += bytesOf(node) / bytesPerMs;
      continue;
    }
    const roofMs = flopsOf(product) / (await roofOf(product));
    part.flops += flopsOf(product);
    part.roofMs += roofMs;
    const { count, M, K, N } = product;
    products.push([`${role}: ${node.operator} ${count} × ${M} × ${K} × ${N}`, node.ms, roofMs]);
  }
  return { parts, products };
};

const roofOf = roofsOf(threads);
const bytesPerMs = await memoryRate(threads);
console.log(`memory: ${(bytesPerMs / 1e6).toFixed(1)} GB/s read and written, ${threads} thread(s)\n`);
for (const id of values.networks.split(',')) {
  const network = networkOf(id);
  const graph = graphOf(network);
  const taken = { batch: network.batch, threads, steps: STEPS };
  const nodes = await profiledNodes((profile) => profiledSteps(graph, taken, profile));
  const { parts, products } = await partsOf(nodes, bytesPerMs);
  const whole = [...parts.values()].reduce((sum, { ms }) => sum + ms, 0);
  const rows = [...parts]
    .sort(([, a], [, b]) => b.ms - a.ms)
    .map(([role, { ms, roofMs, flops, bytes }]) => [
      role,
      ms.toFixed(2),
      `${((100 * ms) / whole).toFixed(1)} %`,
      flops > 0 ? `${(flops / ms / 1e6).toFixed(1)} GFLOP/s` : `${(bytes / ms / 1e6).toFixed(1)} GB/s`,
      roofMs.toFixed(2),
      `${((100 * roofMs) / ms).toFixed(0)} %`,
    ]);
  console.log(`${id}, batch ${network.batch}: ${whole.toFixed(1)} ms`);
  console.log(table(['part', 'ms', 'of the step', 'rate', 'ms at the roof', 'reached'], rows));
  if (values.shapes) {
    const slow = products.sort((a, b) => b[1] - b[2] - (a[1] - a[2])).slice(0, SHOWN);
    const lines = slow.map(([what, ms, roofMs]) => [what, ms.toFixed(2), roofMs.toFixed(2)]);
    console.log(`\n${table(['count × M × K × N, furthest from the roof', 'ms', 'at the roof'], lines)}`);
  }
  console.log('');
}
process.exit(0);
