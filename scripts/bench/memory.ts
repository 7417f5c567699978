/** `tsx scripts/bench/memory.ts <network> [low]`: prints the peak of memory, in bytes, of a process that trains some steps. */
import { peakMemoryBytes } from '@topiary/runtime';
import { graphOf, networkOf } from './networks.js';
import { feedsOf, LR, trainerOf } from './trainer.js';

const STEPS = 4;

const [id, setting] = process.argv.slice(2);
const network = networkOf(id ?? '');
const graph = graphOf(network);
const trainer = await trainerOf(graph, { batch: network.batch, threads: 2, lowMemory: setting === 'low' });
const feeds = feedsOf(graph, network.batch);
for (let i = 0; i < STEPS; i += 1) await trainer.step(feeds, LR);
console.log(peakMemoryBytes());
