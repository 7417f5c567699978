/** Files as request bodies: the document describes them as a media type, not as a schema. */
import { problemOf, Unreachable } from './problem.js';

export interface Connection {
  readonly url: string;
  readonly key: string | null;
}

/** Posts bytes as they are; throws like every other call. */
export const postBytes = async <T>({ url, key }: Connection, path: string, bytes: Uint8Array): Promise<T> => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: bytes as Uint8Array<ArrayBuffer>,
  }).catch((error: unknown) => {
    throw new Unreachable(url, error);
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
};
