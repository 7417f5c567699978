/**
 * The audit log: append-only (the database refuses the rest), each row chained to the one before it by
 * `hash = sha256(content, prev_hash)`. Whoever kept one exported hash can tell that nothing before it was changed.
 */
import type { Json } from '../access-types.js';
import type { Actor, Audit, AuditEntry, AuditFilter, AuditRecord } from '../account-types.js';
import { type Client, type Prisma, type Transaction, transaction } from '../client.js';
import { sha256 } from '../identifiers.js';
import { asOurs } from '../lost.js';
import { fromJson, toJson } from './rows.js';

/** One writer at a time: the chain is a line. Held until the transaction ends. */
const AUDIT_LOCK = 72_707_370;
const PAGE = 1000;
/** What the first row names as the hash before it. */
export const GENESIS = '0'.repeat(64);

/** JSON with sorted keys, so that a value read back from the database hashes as it did when written. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const hashOf = (record: Omit<AuditRecord, 'hash'>): string => sha256(canonicalJson(record));

const stateHash = (state: unknown): string | null => (state === undefined ? null : sha256(canonicalJson(state)));

/** The last statements of a transaction that changes something: until its end other writers wait. */
export const writeAudit = async (tx: Transaction, entry: AuditEntry, by: Actor): Promise<void> => {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${AUDIT_LOCK})`;
  const last = await tx.auditEvent.findFirst({ orderBy: { id: 'desc' }, select: { id: true, hash: true, at: true } });
  const at = new Date(Math.max(Date.now(), last?.at.getTime() ?? 0));
  const record = {
    id: String((last?.id ?? 0n) + 1n),
    at: at.toISOString(),
    actor: by.account,
    keyId: by.key ?? null,
    action: entry.action,
    target: entry.target,
    detail: entry.detail ?? null,
    beforeHash: stateHash(entry.before),
    afterHash: stateHash(entry.after),
    ip: by.ip ?? null,
    requestId: by.request ?? null,
    prevHash: last?.hash ?? GENESIS,
  };
  const { detail, ...columns } = record;
  await tx.auditEvent.create({
    data: {
      ...columns,
      ...(detail === null ? {} : { detail: toJson(detail) }),
      id: BigInt(record.id),
      at,
      hash: hashOf(record),
    },
  });
};

const toRecord = (row: Prisma.AuditEventModel): AuditRecord => ({
  id: String(row.id),
  at: row.at.toISOString(),
  actor: row.actor,
  keyId: row.keyId,
  action: row.action,
  target: row.target,
  detail: fromJson<Json>(row.detail),
  beforeHash: row.beforeHash,
  afterHash: row.afterHash,
  ip: row.ip,
  requestId: row.requestId,
  prevHash: row.prevHash,
  hash: row.hash,
});

const list = async (client: Client, { actor, target, action, limit, cursor }: AuditFilter) => {
  const rows = await client.auditEvent.findMany({
    where: {
      ...(actor === undefined ? {} : { actor }),
      ...(target === undefined ? {} : { target }),
      ...(action === undefined ? {} : { action }),
      ...(cursor === undefined ? {} : { id: { lt: BigInt(cursor) } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(toRecord);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
};

async function* exportAll(client: Client): AsyncGenerator<AuditRecord> {
  let after = 0n;
  for (;;) {
    const rows = await client.auditEvent.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take: PAGE });
    yield* rows.map(toRecord);
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}

const verify = async (client: Client) => {
  let [events, head, broken]: [number, string, string | null] = [0, GENESIS, null];
  for await (const { hash, ...content } of exportAll(client)) {
    const fits = content.id === String(events + 1) && content.prevHash === head && hashOf(content) === hash;
    if (!fits) broken ??= content.id;
    events += 1;
    head = hash;
  }
  return { events, head, broken };
};

export const audit = (client: Client): Audit => ({
  append: (entry, by) => transaction(client, (tx) => writeAudit(tx, entry, by)),
  list: (filter) => list(client, filter),
  export: async function* () {
    try {
      yield* exportAll(client);
    } catch (error) {
      throw asOurs(error);
    }
  },
  verify: () => verify(client),
});
