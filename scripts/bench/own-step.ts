/**
 * `tsx scripts/bench/own-step.ts <network> <threads> <repetitions> <wall|cpu>`: training steps in a process that does nothing
 * else; prints their milliseconds and the peak of memory as one line of JSON.
 */
import { peakMemoryBytes } from '@topiary/runtime';
import { timed } from './clock.js';
import { graphOf, networkOf } from './networks.js';
import type { Clock } from './peer.js';
import { feedsOf, LR, trainerOf } from './trainer.js';

const [id, threads, repetitions, clock] = process.argv.slice(2);
const network = networkOf(id ?? '');
/** The network's first weights are not kept, as PyTorch keeps none. */
const begin = async () => {
  const graph = graphOf(network);
  return {
    feeds: feedsOf(graph, network.batch),
    trainer: await trainerOf(graph, { batch: network.batch, threads: Number(threads) }),
  };
};
const { feeds, trainer } = await begin();
const times: number[] = [];
// the first one grows the memory and does not count
for (let i = 0; i <= Number(repetitions); i += 1) {
  const ms = await timed(clock as Clock, () => trainer.step(feeds, LR));
  if (i > 0) times.push(ms);
}
console.log(JSON.stringify({ times, peakBytes: peakMemoryBytes() }));
process.exit(0);
