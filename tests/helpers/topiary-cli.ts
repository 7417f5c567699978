/** The command line `topiary` in this process: what it prints and how it ends. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../../apps/cli/src/cli.js';

export interface Call {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly anonymous?: boolean;
  /** Somebody watches standard error. */
  readonly terminal?: boolean;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TopiaryCli {
  /** For the files of a test; TOPIARY_HOME, too. */
  readonly folder: string;
  run(args: readonly string[], call?: Call): Promise<Ended>;
}

export const topiaryCli = (server: { readonly url: string; readonly ownerKey: string }): TopiaryCli => {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-cli-'));
  const run: TopiaryCli['run'] = async (args, { stdin = '', env = {}, anonymous = false, terminal = false } = {}) => {
    const said = { out: [] as string[], err: [] as string[] };
    const key: Record<string, string> = anonymous ? {} : { TOPIARY_KEY: server.ownerKey };
    const config = { TOPIARY_HOME: folder, TOPIARY_CONFIG: join(folder, 'config.json') };
    const code = await cli(args, {
      out: (text) => said.out.push(text),
      err: (text) => said.err.push(text),
      stdin: async () => stdin,
      askSecret: async () => null,
      terminal,
      shown: false,
      env: { TOPIARY_URL: server.url, ...config, ...key, ...env },
      signal: new AbortController().signal,
    });
    return { code, out: said.out.join(''), err: said.err.join('') };
  };
  return { folder, run };
};
