/** What V8 has in use and holds in the API's process, as its own metrics say. */
import type { Attacked } from '../kill/server.js';

export interface Heap {
  /** Mebibytes: objects, garbage among them. */
  readonly used: number;
  /** Mebibytes that V8 holds for objects, used or not. */
  readonly held: number;
  /** Mebibytes of buffers beside the heap. */
  readonly external: number;
}

const WITHIN_MS = 4_000;

/** Null while the API is not there, or has better things to do. */
export const heapOf = async ({ url, key }: Attacked): Promise<Heap | null> => {
  const asked = { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(WITHIN_MS) };
  const text = await fetch(`${url}/metrics`, asked)
    .then((answer) => (answer.ok ? answer.text() : null))
    .catch(() => null);
  if (text === null) return null;
  const mib = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]) / 2 ** 20;
  return {
    used: mib('nodejs_heap_size_used_bytes'),
    held: mib('nodejs_heap_size_total_bytes'),
    external: mib('nodejs_external_memory_bytes'),
  };
};
