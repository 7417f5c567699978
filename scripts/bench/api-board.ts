/** A board with many rows, written straight into the database: each row one submission with one finished run. */
import pg from 'pg';

const TARGETS = [2, 3, 4, 6];

/** Numbers spread by the golden ratio: no two rows alike, the same on every machine. */
const spread = (base: string, range: string): string => `${base} + ${range} * ((i * 0.6180339887) % 1)`;

export const fillBoard = async (url: string, board: string, rows: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // The triggers count each row; one growth of the board's number at the end says the same.
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO submissions (id, kind, board, title, label, division, recipe, recipe_hash, targets, seeds, state)
       SELECT 'bench-' || lpad(i::text, 8, '0'), 'recipe', $1, 'row ' || i, 'method-' || i || ' · global', 'closed',
         jsonb_build_object('criterion', CASE WHEN i % 500 = 0 THEN 'random' ELSE 'magnitude-l2' END, 'regularizer', null,
           'procedure', null, 'scope', 'global', 'prune', jsonb_build_object('protection', 0.1, 'roundTo', 1),
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
         'machine-1', '1', repeat('a', 64), ${spread('20', '60')}, now(), now() - make_interval(secs => $2::int - i)
       FROM generate_series(1, $2::int) AS i, LATERAL (SELECT (ARRAY[${TARGETS}])[1 + i % ${TARGETS.length}] AS t) AS asked`,
      [board, rows],
    );
    await client.query(
      `INSERT INTO board_versions (board) VALUES ($1) ON CONFLICT (board) DO UPDATE SET version = board_versions.version + 1`,
      [board],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
};
