/** Results that wait for a person: they contradict themselves, and no leaderboard shows them meanwhile. */
import type { HeldRun } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Held } from '../account-types.js';
import { type Client, notFound, Prisma, type Transaction, transaction } from '../client.js';
import { writeAudit } from './audit.js';

type Row = Omit<HeldRun, 'since'> & { readonly since: Date | null };

const select = async (client: Client | Transaction, where: Prisma.Sql): Promise<HeldRun[]> => {
  const rows = await client.$queryRaw<Row[]>`
    SELECT r.id AS run, r.submission_id AS submission, r.board, s.label, r.target_label AS target, r.seed,
      r.held_reason AS reason, r.finished_at AS since, r.held_decision AS decision, a.text AS answer,
      CASE WHEN p.id IS NULL THEN NULL ELSE json_build_object('id', p.id, 'name', p.name) END AS submitter
    FROM runs r JOIN submissions s ON s.id = r.submission_id LEFT JOIN accounts p ON p.id = s.created_by
      LEFT JOIN LATERAL (
        SELECT detail ->> 'text' AS text FROM audit_events
        WHERE target = 'submission:' || s.id AND action = 'run.' || r.held_decision AND detail ->> 'run' = r.id
        ORDER BY id DESC LIMIT 1
      ) a ON TRUE
    WHERE r.held_reason IS NOT NULL AND ${where}
    ORDER BY r.held_decision IS NOT NULL, r.finished_at DESC, r.id LIMIT 500`;
  return rows.map((row) => ({ ...row, since: row.since?.toISOString() ?? null }));
};

const decide: (client: Client) => Held['decide'] = (client) => (run, decision, text, by) =>
  transaction(client, async (tx) => {
    const [before] = await select(tx, Prisma.sql`r.id = ${run}`);
    if (before === undefined) throw notFound('held run', run);
    const changed = await tx.$executeRaw`
      UPDATE runs SET held_decision = ${decision} WHERE id = ${run} AND held_decision IS NULL`;
    if (changed === 0) {
      const details = { where: `run '${run}'`, expected: 'one that waits', got: `one that was ${before.decision}` };
      throw new TopiaryError('TOPIARY_API_CONFLICT', details);
    }
    const after = { ...before, decision, answer: text };
    const entry = { action: `run.${decision}`, target: `submission:${before.submission}`, detail: { run, text } };
    await writeAudit(tx, { ...entry, before, after }, by);
    return after;
  });

/** Of runs that timed a base model, before it is said what it usually takes. */
const LEAST_TIMED = 3;

interface TimedRow {
  readonly macs: number;
  readonly time: number;
}

export const held = (client: Client): Held => ({
  list: ({ person, submission } = {}) => {
    const ofPerson = person === undefined ? Prisma.sql`TRUE` : Prisma.sql`s.created_by = ${person}`;
    const ofSubmission = submission === undefined ? Prisma.sql`TRUE` : Prisma.sql`s.id = ${submission}`;
    return select(client, Prisma.sql`${ofPerson} AND ${ofSubmission}`);
  },
  decide: decide(client),
  timed: (board, machine) => client.$queryRaw<TimedRow[]>`
    SELECT (macs #>> '{pure,left}')::float8 / NULLIF((macs #>> '{pure,base}')::float8, 0) AS macs,
      (latency ->> 'p50Ms')::float8 / NULLIF((latency ->> 'baseP50Ms')::float8, 0) AS time
    FROM runs WHERE board = ${board} AND machine = ${machine} AND state = 'done' AND target_label IS NOT NULL
      AND jsonb_typeof(latency) = 'object' AND jsonb_typeof(macs) = 'object'
      AND (held_reason IS NULL OR held_decision = 'released')
    ORDER BY finished_at DESC LIMIT 1000`,
  usualMs: async (board, machine, batch) => {
    const [found] = await client.$queryRaw<{ ms: number | null; n: number }[]>`
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms, count(*)::int AS n FROM (
        SELECT (latency ->> 'baseP50Ms')::float8 AS ms FROM runs
        WHERE board = ${board} AND machine = ${machine} AND state = 'done'
          AND latency ->> 'threads' = '1' AND latency ->> 'batch' = ${String(batch)}
        ORDER BY finished_at DESC LIMIT 20
      ) last`;
    return found !== undefined && found.n >= LEAST_TIMED ? found.ms : null;
  },
});
