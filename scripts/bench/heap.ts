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

/** Null while the API is not there. */
export const heapOf = async ({ url, key }: Attacked): Promise<Heap | null> => {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } }).catch(() => null);
  if (!answer?.ok) return null;
  const text = await answer.text();
  const mib = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]) / 2 ** 20;
  return {
    used: mib('nodejs_heap_size_used_bytes'),
    held: mib('nodejs_heap_size_total_bytes'),
    external: mib('nodejs_external_memory_bytes'),
  };
};
