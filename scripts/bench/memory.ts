/** `tsx scripts/bench/memory.ts <network> [low]`: prints the peak of memory, in bytes, of a process that trains some steps. */
import { peakMemoryBytes } from '@topiary/runtime';
import { graphOf, networkOf } from './networks.js';
import { feedsOf, LR, trainerOf } from './trainer.js';

const STEPS = 4;

const [id, setting] = process.argv.slice(2);
const network = networkOf(id ?? '');
/** The network's first weights are not kept, as PyTorch keeps none. */
const begin = async () => {
  const graph = graphOf(network);
  const feeds = feedsOf(graph, network.batch);
  const settings = { batch: network.batch, threads: 2, lowMemory: setting === 'low' };
  return { feeds, trainer: await trainerOf(graph, settings) };
};
const { feeds, trainer } = await begin();
await trainer.steps(Array.from({ length: STEPS }, () => ({ feeds, lr: LR })));
console.log(peakMemoryBytes());
