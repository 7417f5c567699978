/** What scripts that talk to a running server share: its address, the key, and calls that end with a clear sentence. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Problem } from '@topiary/contracts';

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

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

export interface Client {
  readonly url: string;
  /** The answer's JSON; throws `ApiError` where the server refuses, ends the program where none answers. */
  call<T>(call: Call): Promise<T>;
  bytes(path: string): Promise<Uint8Array>;
}

/** The address from `--url`, `TOPIARY_URL` or `PORT`; the key from `--key`, `TOPIARY_KEY` or the server's home here. */
export const connect = async ({ url: given, key: named }: ClientOptions): Promise<Client> => {
  const url = given ?? process.env['TOPIARY_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? 3000}`;
  const home = resolve(process.env['TOPIARY_HOME'] ?? '.data');
  const found =
    named ?? process.env['TOPIARY_KEY'] ?? (await readFile(join(home, 'owner.key'), 'utf8').catch(() => ''));
  const key = found.trim();
  if (key === '') fail(`no key: pass --key, set TOPIARY_KEY, or start the server on ${home} once`);

  const request = ({ method = 'GET', path, body, headers = {} }: Call): Promise<Response> => {
    const isBinary = body instanceof Uint8Array;
    const type = isBinary ? 'application/octet-stream' : 'application/json';
    return fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': type } : {}), ...headers },
      ...(body ? { body: isBinary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) } : {}),
    }).catch((error: unknown) => fail(`no server answers at ${url}: ${error}`));
  };
  return {
    url,
    async call<T>(call: Call) {
      const answer = await request(call);
      const json = (await answer.json()) as T & Problem;
      if (!answer.ok) throw new ApiError(json);
      return json;
    },
    async bytes(path) {
      const answer = await request({ path });
      if (!answer.ok) throw new ApiError((await answer.json()) as Problem);
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
};
