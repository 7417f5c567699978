/** A connection to one server: every route of its OpenAPI document as a typed call. */
import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './generated/api.js';
import { problemOf, Unreachable } from './problem.js';

export interface ConnectOptions {
  /** The server's address, without `/api/v1`. */
  readonly url: string;
  /** Reading needs none. */
  readonly key?: string | null | undefined;
  readonly fetch?: typeof globalThis.fetch;
}

export type Api = Client<paths>;

/** Refusals and silence are thrown, so that what a call returns is the answer. */
const orThrow = (url: string): Middleware => ({
  onResponse: async ({ response }) => {
    if (!response.ok && response.status !== 304) throw await problemOf(response);
    return undefined;
  },
  onError: ({ error }) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreachable(url, error);
  },
});

/** `const { data } = await connect({ url, key }).GET('/api/v1/boards')`; throws `ApiProblem` or `Unreachable`. */
export const connect = ({ url, key, fetch }: ConnectOptions): Api => {
  const baseUrl = url.replace(/\/+$/, '');
  const api = createClient<paths>({
    baseUrl,
    headers: key ? { authorization: `Bearer ${key}` } : {},
    ...(fetch === undefined ? {} : { fetch }),
  });
  api.use(orThrow(baseUrl));
  return api;
};

/** The answer of a call, which is there whenever the call did not throw. */
export const answer = <T>({ data }: { readonly data?: T }): NonNullable<T> => data!;
