/** What scripts that talk to a running server share: its address, the key, and calls that end with a clear sentence. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Api, ApiProblem, connect as connectApi, problemOf, Unreachable } from '@topiary/client';
import { isTopiaryError } from '@topiary/errors';

export { ApiProblem as ApiError, answer } from '@topiary/client';

/** Ends the program with a sentence on stderr. */
export const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

export interface ClientOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** JSON, or bytes as they are. */
  readonly body?: Uint8Array | object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Client {
  readonly url: string;
  /** Every route, typed. */
  readonly api: Api;
  /** A route that the document describes without a schema; throws `ApiError` where the server refuses. */
  call<T>(call: Call): Promise<T>;
  bytes(path: string): Promise<Uint8Array>;
}

const homeHere = (): string => resolve(process.env['TOPIARY_HOME'] ?? '.data');

/** From `--url`, `TOPIARY_URL`, or what a running server wrote into the home here; null: none of them. */
export const addressOf = async ({ url }: ClientOptions): Promise<string | null> => {
  const written = await readFile(join(homeHere(), 'address'), 'utf8').catch(() => '');
  return url ?? process.env['TOPIARY_URL'] ?? (written.trim() || null);
};

/** The address as above, else at `PORT`; the key from `--key`, `TOPIARY_KEY` or the server's home here. */
export const connect = async ({ url: given, key: named }: ClientOptions): Promise<Client> => {
  const url = (await addressOf({ url: given })) ?? `http://127.0.0.1:${process.env['PORT'] ?? 3000}`;
  const home = homeHere();
  const found =
    named ?? process.env['TOPIARY_KEY'] ?? (await readFile(join(home, 'owner.key'), 'utf8').catch(() => ''));
  const key = found.trim();
  if (key === '') fail(`no key: pass --key, set TOPIARY_KEY, or start the server on ${home} once`);

  const request = async ({ method = 'GET', path, body, headers = {} }: Call): Promise<Response> => {
    const isBinary = body instanceof Uint8Array;
    const type = isBinary ? 'application/octet-stream' : 'application/json';
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': type } : {}), ...headers },
      ...(body ? { body: isBinary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) } : {}),
    }).catch((error: unknown) => {
      throw new Unreachable(url, error);
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  };
  return {
    url,
    api: connectApi({ url, key }),
    call: async <T>(call: Call) => (await (await request(call)).json()) as T,
    bytes: async (path) => new Uint8Array(await (await request({ path })).arrayBuffer()),
  };
};

/** Runs a script; what the server said, that there is none, or what does not fit ends it with a sentence. */
export const main = (script: () => Promise<void>): Promise<void> =>
  script().catch((error: unknown) => {
    if (error instanceof ApiProblem) return fail(`${error.problem.code}: ${error.problem.detail}`);
    if (error instanceof Unreachable) return fail(error.message);
    if (isTopiaryError(error)) return fail(`${error.code}: ${error.message}`);
    throw error;
  });
