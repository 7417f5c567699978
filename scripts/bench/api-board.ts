/**
 * A board with many rows, written straight into the database: each row one submission with one finished run, under the
 * board's own protocol and on its own test split, so that it ranks beside the suite; with bits, each run has its own file
 * of which test examples it answered correctly.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BOARDS, protocolOf, shippedOn, shippedResultsFolder } from '@topiary/tracks/catalogue';
import pg from 'pg';

const TARGETS = [2, 3, 4, 6];
const EXAMPLES = 4000;
const AT_ONCE = 5000;

/** Protocol and test split of the board's own results. */
export const splitOf = (board: string) => {
  const described = BOARDS.find(({ id }) => id === board)!;
  const { version } = protocolOf(described);
  const own = shippedOn(shippedResultsFolder(resolve(import.meta.dirname, '../..')), board);
  const run = own.find(({ protocol }) => protocol === version);
  if (!run) throw new Error(`${board} has no results of ${version} that come with the project`);
  return { protocol: version, splitHash: run.splitHash };
};

/** Of so many right answers: harder examples are missed by most, and chance has a say; xorshift32. */
export const bitsOf = (seed: number, share: number): Buffer => {
  const bytes = Buffer.alloc(EXAMPLES / 8);
  let state = (seed + 1) * 2_654_435_761 || 1;
  for (let i = 0; i < EXAMPLES; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const ease = ((i * 0.6180339887) % 1) * 0.8 + ((state >>> 0) / 2 ** 32) * 0.2;
    if (ease < share) bytes[i >> 3]! |= 1 << (i & 7);
  }
  return bytes;
};

/** The files as the storage lays them, and their rows. */
const addBits = async (client: pg.Client, folder: string, rows: number): Promise<void> => {
  for (let from = 1; from <= rows; from += AT_ONCE) {
    const [runs, hashes]: [string[], string[]] = [[], []];
    for (let i = from; i < Math.min(rows + 1, from + AT_ONCE); i += 1) {
      const bits = bitsOf(i, 0.7 + 0.2 * ((i * 0.6180339887) % 1));
      const sha256 = createHash('sha256').update(bits).digest('hex');
      const place = join(folder, sha256.slice(0, 2), sha256.slice(2, 4));
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, sha256), bits);
      runs.push(`bench-run-${i}`);
      hashes.push(sha256);
    }
    await client.query(
      `INSERT INTO artefacts (sha256, bytes, media_type)
       SELECT DISTINCT h, ${EXAMPLES / 8}, 'application/octet-stream' FROM unnest($1::text[]) AS h ON CONFLICT DO NOTHING`,
      [hashes],
    );
    await client.query(
      `INSERT INTO run_artefacts (run_id, kind, sha256)
       SELECT r, 'correct', h FROM unnest($1::text[], $2::text[]) AS t(r, h)`,
      [runs, hashes],
    );
  }
};

/** Numbers spread by the golden ratio: no two rows alike, the same on every machine. */
const spread = (base: string, range: string): string => `${base} + ${range} * ((i * 0.6180339887) % 1)`;

/** `bits`: the folder of the storage that gets their files; null: without. */
export const fillBoard = async (url: string, board: string, rows: number, bits: string | null): Promise<void> => {
  const { protocol, splitHash } = splitOf(board);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // The triggers count each row; one growth of the board's number at the end says the same.
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO submissions (id, kind, board, title, label, division, recipe, recipe_hash, targets, seeds, state)
       SELECT 'bench-' || lpad(i::text, 8, '0'), 'recipe', $1, 'row ' || i, 'method-' || i || ' · global', 'closed',
         jsonb_build_object('criterion', CASE WHEN i % 500 = 0 THEN 'random' ELSE 'magnitude-l2' END, 'regularizer', null,
           'procedure', null, 'scope', 'global',
           'params', jsonb_build_object('criterion', jsonb_build_object('n', i)),
           'finetune', jsonb_build_object('steps', 200, 'lr', 0.01)),
         md5(i::text) || md5('x' || i), '[]', ARRAY[0], 'done'
       FROM generate_series(1, $2::int) AS i`,
      [board, rows],
    );
    await client.query(
      `INSERT INTO runs (id, submission_id, board, position, state, target, target_label, seed, device, memory_bytes, stages,
         progress, provenance, achieved, counter, flags, metrics, params, macs, latency, machine, protocol, split_hash,
         seconds, started_at, finished_at)
       SELECT 'bench-run-' || i, 'bench-' || lpad(i::text, 8, '0'), $1, 0, 'done',
         jsonb_build_object('axis', 'macs', 'value', t, 'label', t || 'x'), t || 'x', 0, 'cpu', 1, '[]', 1, 'measured',
         ${spread('t', '0.05')}, 'published', '{}',
         jsonb_build_array(
           jsonb_build_object('id', 'top1', 'phase', 'base', 'value', 90, 'n', 4000),
           jsonb_build_object('id', 'top1', 'phase', 'pruned', 'value', ${spread('30', '40')}, 'n', 4000),
           jsonb_build_object('id', 'top1', 'phase', 'finetuned', 'value', ${spread('70', '20')}, 'n', 4000)),
         jsonb_build_object('base', 270000, 'left', 270000 / t + i),
         jsonb_build_object('pure', jsonb_build_object('base', 9e6, 'left', 9e6 / t + i),
           'published', jsonb_build_object('base', 9.1e6, 'left', 9.1e6 / t + i)),
         jsonb_build_object('p50Ms', ${spread('0.8', '1')}, 'p99Ms', 2.5, 'baseP50Ms', 2, 'baseP99Ms', 3, 'batch', 1, 'samples', 100),
         'machine-1', $3, $4, ${spread('20', '60')}, now(), now() - make_interval(secs => $2::int - i)
       FROM generate_series(1, $2::int) AS i, LATERAL (SELECT (ARRAY[${TARGETS}])[1 + i % ${TARGETS.length}] AS t) AS asked`,
      [board, rows, protocol, splitHash],
    );
    if (bits !== null) await addBits(client, bits, rows);
    await client.query(
      `INSERT INTO board_versions (board) VALUES ($1) ON CONFLICT (board) DO UPDATE SET version = board_versions.version + 1`,
      [board],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
};
