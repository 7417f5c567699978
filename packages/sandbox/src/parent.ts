/** Ties a process to the one that started it: it says that it is alive, and ends when nobody is left to hear it. */

/** What a supervised process says now and then; silence means that its event loop stands still. */
export const ALIVE = 'alive';
export const ALIVE_MS = 5_000;

/** An orderly end that takes longer than this is not worth waiting for. */
const ORDERLY_MS = 20_000;

/** What follows a start or a big piece of work at once has ended by then. */
const SETTLED_MS = 5_000;

/**
 * Call it at the end of a start, and of what seldom comes and takes much memory: what that leaves behind is given back once,
 * not when memory is scarce. Only where V8 lets us ask (`--expose-gc`).
 */
export const giveBackSoon = (): void => {
  setTimeout(() => globalThis.gc?.(), SETTLED_MS).unref();
};

/**
 * Call it first, before anything is opened: `stop` may be called at any moment from now on. A process that nobody
 * started with a channel (a container's, a test's) is left alone.
 */
export const tieToParent = (stop: () => void): void => {
  if (process.send === undefined) return;
  // Gone while this process was still loading its code: the event has passed.
  if (!process.connected) process.exit(1);
  setInterval(() => process.connected && process.send?.(ALIVE, undefined, {}, () => undefined), ALIVE_MS).unref();
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), ORDERLY_MS).unref();
    stop();
  });
};
