/** What is known about stored files, who sent them and what refers to them; the bytes lie in the storage, by their hash. */
import { type ArtefactRef, PRIVATE_ARTEFACTS } from '@topiary/contracts';
import type { Artefacts } from '../board-types.js';
import { type Client, notFound, transaction } from '../client.js';

/** A file waits this long for a submission that names it. */
const WAITS_DAYS = 7;
/** What was written later may belong to something that is just being made. */
const GRACE_HOURS = 24;

const get = async (client: Client, sha256: string, person?: string) => {
  const row = await client.artefact.findUnique({ where: { sha256 } });
  if (row === null) throw notFound('artefact', sha256);
  const uses = await client.runArtefact.count({
    where: {
      sha256,
      kind: { notIn: [...PRIVATE_ARTEFACTS] },
      run: { submission: { withdrawnAt: null, isPrivate: false } },
    },
  });
  const own = { withdrawnAt: null, isPrivate: true, ...(person === undefined ? {} : { createdBy: person }) };
  const isOwn =
    uses === 0 &&
    person !== undefined &&
    (await client.runArtefact.count({
      where: { sha256, kind: { notIn: [...PRIVATE_ARTEFACTS] }, run: { submission: own } },
    })) > 0;
  return { sha256, bytes: Number(row.bytes), mediaType: row.mediaType, isPublic: uses > 0, isOwn };
};

const add: (client: Client) => Artefacts['add'] = (client) => (artefact, owner) =>
  transaction(client, async (tx) => {
    const { sha256, bytes, mediaType } = artefact;
    await tx.artefact.createMany({ data: [{ sha256, bytes: BigInt(bytes), mediaType }], skipDuplicates: true });
    if (owner === undefined) return;
    // Sent again, it waits anew.
    await tx.$executeRaw`
      INSERT INTO artefact_owners (account_id, sha256) VALUES (${owner}, ${sha256})
      ON CONFLICT (account_id, sha256) DO UPDATE SET created_at = clock_timestamp()`;
  });

/** Rows that nothing refers to: no run, no board, no part of a board's pipeline, no submission, no dump, nobody who sent them lately. */
const unreferenced = (client: Client, limit: number) =>
  client.$queryRaw<{ sha256: string }[]>`
    SELECT a.sha256 FROM artefacts a
    WHERE a.created_at < clock_timestamp() - make_interval(hours => ${GRACE_HOURS})
      AND NOT EXISTS (SELECT 1 FROM run_artefacts r WHERE r.sha256 = a.sha256)
      AND NOT EXISTS (SELECT 1 FROM base_models b WHERE b.sha256 = a.sha256)
      AND NOT EXISTS (SELECT 1 FROM submission_files f WHERE f.sha256 = a.sha256)
      AND NOT EXISTS (SELECT 1 FROM artefact_owners o WHERE o.sha256 = a.sha256
        AND o.created_at > clock_timestamp() - make_interval(days => ${WAITS_DAYS}))
      AND NOT EXISTS (SELECT 1 FROM settings d WHERE (d.key LIKE 'dump:%' OR d.key LIKE 'parts:%')
        AND d.value @> jsonb_build_object('files', jsonb_build_array(jsonb_build_object('sha256', a.sha256))))
    ORDER BY a.created_at LIMIT ${limit}`;

/**
 * Row and file go in one transaction, each pair by itself: whoever adds the same file meanwhile waits for its end, and
 * then finds neither. A row that is referred to after all is refused by the references of the table, and stays.
 */
const collect: (client: Client) => Artefacts['collect'] =
  (client) =>
  async (remove, limit = 500) => {
    let collected = 0;
    for (const { sha256 } of await unreferenced(client, limit)) {
      const done = await transaction(client, async (tx) => {
        const count = await tx.$executeRaw`
          DELETE FROM artefacts a WHERE a.sha256 = ${sha256}
            AND NOT EXISTS (SELECT 1 FROM submission_files f WHERE f.sha256 = a.sha256)
            AND NOT EXISTS (SELECT 1 FROM artefact_owners o WHERE o.sha256 = a.sha256
              AND o.created_at > clock_timestamp() - make_interval(days => ${WAITS_DAYS}))`;
        if (count === 1) await remove(sha256);
        return count === 1;
      }).catch(() => false);
      if (done) collected += 1;
    }
    return collected;
  };

export const artefacts = (client: Client): Artefacts => ({
  get: (sha256, person) => get(client, sha256, person),
  add: add(client),
  collect: collect(client),
  unknown: async (hashes) => {
    const rows = await client.artefact.findMany({ where: { sha256: { in: [...hashes] } }, select: { sha256: true } });
    const known = new Set(rows.map(({ sha256 }) => sha256));
    return hashes.filter((sha256) => !known.has(sha256));
  },
  ofRun: async (run) => {
    const rows = await client.runArtefact.findMany({
      where: { runId: run },
      include: { artefact: true },
      orderBy: { kind: 'asc' },
    });
    return rows.map(({ kind, artefact }) => ({
      kind: kind as ArtefactRef['kind'],
      sha256: artefact.sha256,
      bytes: Number(artefact.bytes),
      mediaType: artefact.mediaType,
    }));
  },
});
