/** Long work in short pieces: requests are answered between them. */
import { setImmediate as others } from 'node:timers/promises';

/** So long at a time, and one step longer at most: an answer waits for several of them, one after another. */
const SLICE_MS = 2;

export const inSlices = async <T>(steps: Generator<unknown, T>): Promise<T> => {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < end);
    await others();
  }
};

/** Reads something of very many items, each of which works it out when it is read first and keeps it. */
export const readAhead = <T>(items: readonly T[], read: (item: T) => unknown): Promise<void> =>
  inSlices(
    (function* () {
      for (const item of items) {
        read(item);
        yield;
      }
    })(),
  );
