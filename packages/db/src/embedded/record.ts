/** `<home>/postgres.json`: what a home must remember about its cluster. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface ClusterRecord {
  readonly password: string;
  readonly port: number;
  /** The cluster's folder when it could not lie in the home. */
  readonly elsewhere: string | null;
}

const path = (home: string): string => join(home, 'postgres.json');

export const readRecord = (home: string): ClusterRecord | null => {
  try {
    return JSON.parse(readFileSync(path(home), 'utf8')) as ClusterRecord;
  } catch {
    return null;
  }
};

export const writeRecord = (home: string, record: ClusterRecord): void => {
  const draft = `${path(home)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path(home));
};

/** Hexadecimal, so that it needs no escaping in a URL. */
export const newPassword = (): string => randomBytes(24).toString('hex');

const listenOnce = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? null) : null));
    });
  });

/** The wanted port if nobody listens on it, else one that the system gives. */
export const freePort = async (wanted?: number): Promise<number> => {
  const kept = wanted === undefined ? null : await listenOnce(wanted);
  return kept ?? (await listenOnce(0)) ?? 0;
};
