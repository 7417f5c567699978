/**
 * How much garbage may gather. V8 lets a small heap grow to three times what is in use before it collects, and a server holds
 * that for good: 300 MB for 100. So a small heap is collected when it has grown by a fifth, every minute or two. A large one
 * (boards of tens of thousands of rows) is left to V8: a result there makes so much anew that it would be collected all the
 * time, and be seen after 1.6 s instead of 0.9. What is young has a limit of its own, without which Node 24 lets 250 MB
 * gather all the same: whoever starts the API gives it (`--max-semi-space-size`).
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const LOOK_MS = 1_000;
/** Bytes in use from which a heap is large, and below which it is small again. */
const LARGE = 256 * 2 ** 20;
const SMALL = 160 * 2 ** 20;

/** Of what is in use after a collection, how much may come on top of it before the next; 0: as V8 sees fit. */
export const growthFor = (usedBytes: number, now: number): number =>
  usedBytes > LARGE ? 0 : usedBytes < SMALL ? 20 : now;

/** Looks every second for as long as the process lives. */
export const watchHeap = (): void => {
  let percent = 0;
  const look = (): void => {
    const next = growthFor(getHeapStatistics().used_heap_size, percent);
    if (next !== percent) setFlagsFromString(`--heap-growing-percent=${next}`);
    percent = next;
  };
  look();
  setInterval(look, LOOK_MS).unref();
};
