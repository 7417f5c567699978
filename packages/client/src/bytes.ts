/** Files as request bodies: the document describes them as a media type, not as a schema. */
import { problemOf, Unreachable } from './problem.js';

export interface Connection {
  readonly url: string;
  readonly key: string | null;
}

export interface BytesRequest {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Sends bytes as they are; throws like every other call. */
export const sendBytes = async <T>({ url, key }: Connection, request: BytesRequest): Promise<T> => {
  const { method, path, bytes, headers = {}, signal } = request;
  const authorization = key ? { authorization: `Bearer ${key}` } : {};
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/octet-stream', ...authorization, ...headers },
    body: bytes as Uint8Array<ArrayBuffer>,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Unreachable(url, error);
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
};
