/** Ties a process to the one that started it: it says that it is alive, and ends when nobody is left to hear it. */

/** What a supervised process says now and then; silence means that its event loop stands still. */
export const ALIVE = 'alive';
export const ALIVE_MS = 5_000;

/** An orderly end that takes longer than this is not worth waiting for. */
const ORDERLY_MS = 20_000;

/** By then everything is loaded and the first requests are answered. */
const SETTLED_MS = 12_000;

/** What a start leaves behind is given back once, not when memory is scarce: only where V8 lets us ask (`--expose-gc`). */
const giveBack = (): void => {
  globalThis.gc?.();
};

/**
 * Call it first, before anything is opened: `stop` may be called at any moment from now on. A process that nobody
 * started with a channel (a container's, a test's) is left alone.
 */
export const tieToParent = (stop: () => void): void => {
  if (process.send === undefined) return;
  // Gone while this process was still loading its code: the event has passed.
  if (!process.connected) process.exit(1);
  setTimeout(giveBack, SETTLED_MS).unref();
  setInterval(() => process.connected && process.send?.(ALIVE, undefined, {}, () => undefined), ALIVE_MS).unref();
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), ORDERLY_MS).unref();
    stop();
  });
};
