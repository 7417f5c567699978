/** Writing events: numbered in the order in which they become visible, announced to those who listen. */
import type { Problem, RunEvent, State } from '@topiary/contracts';
import type { Transaction } from '../client.js';
import { jsonText } from '../json.js';

export const CHANNEL = 'topiary_events';

/** Advisory locks of this project, so that no two purposes share a number. */
const EVENT_ORDER_LOCK = 8_246_001;
export const RELAY_LOCK = 8_246_002;

export interface EventRow {
  readonly run: string;
  readonly attempt: number;
  readonly sequence: number;
  readonly event: RunEvent;
}

/**
 * Last statement of its transaction. Ids come from a sequence, and without the lock a later id could commit
 * before an earlier one: a reader that asks for "all after the last id I saw" would never see the earlier.
 */
export const writeEvents = async (tx: Transaction, submission: string, rows: readonly EventRow[]): Promise<void> => {
  if (rows.length === 0) return;
  const notes = [...new Set(rows.map(({ run }) => run))].map((run) => JSON.stringify({ submission, run }));
  // One statement, since every other writer waits while it lasts. The lock is a row that the others are joined with:
  // no id is drawn before it is held.
  await tx.$executeRaw`
    WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(${EVENT_ORDER_LOCK}::bigint)),
    written AS (
      INSERT INTO run_events (run_id, attempt, sequence, event)
      SELECT e->>'run', (e->>'attempt')::int, (e->>'sequence')::int, e->'event'
      FROM held, jsonb_array_elements(${jsonText(rows)}::jsonb) WITH ORDINALITY AS list(e, place)
      ORDER BY place
      ON CONFLICT (run_id, attempt, sequence) DO NOTHING
    )
    SELECT pg_notify(${CHANNEL}, note) FROM unnest(${notes}::text[]) AS note`;
};

/** State events are the repository's own. Each happens at most once per attempt, so its sequence number is fixed. */
const SEQUENCE: Record<State, number> = { queued: -2, running: -1, done: 0, failed: 0, cancelled: 0 };

export const stateEvent = (run: string, attempt: number, state: State, problem: Problem | null = null): EventRow => ({
  run,
  attempt,
  sequence: SEQUENCE[state],
  event: { type: 'state', state, problem },
});
