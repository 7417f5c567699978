/** How much one person, and one address, may ask for; the operator's numbers, with defaults for a public server. */
import { z } from 'zod';

/** In the environment 0 means that there is no limit. */
const limit = (byDefault: number, what: string) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .default(byDefault)
    .transform((value) => (value === 0 ? Number.MAX_SAFE_INTEGER : value))
    .describe(`${what}; 0: any number`);

export const LimitsEnv = z.object({
  RATE_ADDRESS_PER_MINUTE: limit(
    1200,
    'Requests from one address (IPv6: one /64), before anybody is asked who they are',
  ),
  RATE_READ_PER_MINUTE: limit(600, 'Reading requests of one person, or of one address where nobody is signed in'),
  RATE_WRITE_PER_MINUTE: limit(60, 'Writing requests of one person'),
  QUOTA_RUNS_PER_DAY: limit(200, 'Runs of one person that were scored within 24 hours, or are waiting for it'),
  STREAMS_PER_PERSON: limit(
    32,
    'Event streams that one person, or one address where nobody is signed in, may hold open',
  ),
  STREAMS_AT_ONCE: limit(1000, 'Event streams that may be open in all'),
  QUOTA_RUNS_AT_ONCE: limit(64, 'Runs of one person that are waiting or running'),
  QUOTA_COMPUTE_SECONDS_PER_DAY: limit(
    86_400,
    "Seconds of one person's runs within 24 hours: what they took, and the board's estimate of those that have not ended",
  ),
  QUOTA_STORED_BYTES: limit(20 * 2 ** 30, 'Bytes of files that one person has sent, submitted and got out of runs'),
  QUEUE_STUCK_SECONDS: limit(
    120,
    'The server is not ready when runs have waited this long, nothing runs, and none was begun in the time',
  ),
  STORAGE_RESERVE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(2 ** 30)
    .describe('Room on the disk that uploads leave to the results of runs; with less the server is not ready'),
});

export interface Limits {
  readonly rate: { readonly address: number; readonly read: number; readonly write: number };
  readonly streams: { readonly each: number; readonly inAll: number };
  readonly quota: { readonly perDay: number; readonly atOnce: number; readonly computeSeconds: number };
  readonly storedBytes: number;
  readonly reserveBytes: number;
  readonly stuckSeconds: number;
}

export const limitsOf = (env: z.output<typeof LimitsEnv>): Limits => ({
  rate: {
    address: env.RATE_ADDRESS_PER_MINUTE,
    read: env.RATE_READ_PER_MINUTE,
    write: env.RATE_WRITE_PER_MINUTE,
  },
  streams: { each: env.STREAMS_PER_PERSON, inAll: env.STREAMS_AT_ONCE },
  quota: {
    perDay: env.QUOTA_RUNS_PER_DAY,
    atOnce: env.QUOTA_RUNS_AT_ONCE,
    computeSeconds: env.QUOTA_COMPUTE_SECONDS_PER_DAY,
  },
  storedBytes: env.QUOTA_STORED_BYTES,
  reserveBytes: env.STORAGE_RESERVE_BYTES,
  stuckSeconds: env.QUEUE_STUCK_SECONDS,
});
