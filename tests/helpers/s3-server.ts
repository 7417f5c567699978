/** A real S3 server (npm s3rver) on a folder of its own, with one bucket; what it keeps can be looked at and spoilt. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface S3rver {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}
type Constructor = new (options: object) => S3rver;

export interface S3Server {
  /** For `openStorage`. */
  readonly url: string;
  readonly bucket: string;
  /** Where it keeps objects, as `<key>._S3rver_object`. */
  readonly folder: string;
  stop(): Promise<void>;
}

const BUCKET = 'artefacts';

export const s3Server = async (): Promise<S3Server> => {
  const S3rver = createRequire(import.meta.url)('s3rver') as Constructor;
  const directory = await mkdtemp(join(tmpdir(), 'topiary-s3-'));
  const options = { address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: BUCKET }] };
  const server = new S3rver(options);
  const { port } = await server.run();
  // Its own pair.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' });
  return {
    url: `s3://${BUCKET}/some/prefix?endpoint=http://127.0.0.1:${port}`,
    bucket: BUCKET,
    folder: join(directory, BUCKET),
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
