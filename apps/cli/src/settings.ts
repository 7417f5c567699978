/** Which server, and with which key: the command line, then the environment, then what `topiary login` kept. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const LOCAL = 'http://127.0.0.1:3000';

interface Kept {
  /** The server that `topiary login` was last used for. */
  readonly current: string | null;
  readonly keys: Readonly<Record<string, string>>;
}

export interface Settings {
  readonly url: string;
  readonly key: string | null;
  /** Where `keep` writes. */
  readonly path: string;
  keep(url: string, key: string): Promise<void>;
}

const pathOf = (env: NodeJS.ProcessEnv): string =>
  env['TOPIARY_CONFIG'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'topiary', 'config.json');

const read = async (path: string): Promise<Kept> => {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    const { current = null, keys = {} } = JSON.parse(text) as Partial<Kept>;
    return { current, keys };
  } catch {
    throw new Error(`${path} is not JSON: mend it, or delete it and run \`topiary login\``);
  }
};

/** `npm start` leaves its address and the owner's key beside its data. */
const ofHome = (env: NodeJS.ProcessEnv, file: string): Promise<string> =>
  readFile(join(resolve(env['TOPIARY_HOME'] ?? '.data'), file), 'utf8').catch(() => '');

/** The server of this machine: the one that runs on this home, else where one would listen. */
const localUrl = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const running = (await ofHome(env, 'address')).trim();
  if (isLoopback(running)) return running;
  return env['PORT'] ? `http://127.0.0.1:${env['PORT']}` : LOCAL;
};

const normal = (url: string): string => url.replace(/\/+$/, '');

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

export const readSettings = async (
  env: NodeJS.ProcessEnv,
  given: { readonly url?: string | undefined; readonly key?: string | undefined },
): Promise<Settings> => {
  const path = pathOf(env);
  const kept = await read(path);
  const url = normal(given.url ?? env['TOPIARY_URL'] ?? kept.current ?? (await localUrl(env)));
  // A key goes to the server that it was kept for, and to no other.
  const found =
    given.key ?? env['TOPIARY_KEY'] ?? kept.keys[url] ?? (isLoopback(url) ? await ofHome(env, 'owner.key') : '');
  return {
    url,
    key: found.trim() || null,
    path,
    keep: async (server, key) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const next: Kept = { current: server, keys: { ...kept.keys, [server]: key } };
      await writeFile(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
      await chmod(path, 0o600);
    },
  };
};
