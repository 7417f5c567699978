/** Uploads that arrive in pieces: who announced which file, and until when it may still come. */
import type { NewUpload, UploadRecord, Uploads } from '../board-types.js';
import { type Client, notFound, type Prisma, transaction } from '../client.js';
import { spendBytes, storedBytes } from './quota.js';

/** An unfinished upload waits a day for its next piece. */
const HOURS = 24;

const toRecord = (row: Prisma.UploadModel): UploadRecord => ({
  id: row.id,
  owner: row.owner,
  name: row.name,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  complete: row.completedAt !== null,
});

const create = (
  client: Client,
  { id, owner, name, bytes, sha256 }: NewUpload,
  mostBytes?: number,
): Promise<UploadRecord> =>
  transaction(client, async (tx) => {
    if (mostBytes !== undefined) await spendBytes(tx, owner, bytes, mostBytes);
    const expiresAt = new Date(Date.now() + HOURS * 3_600_000);
    return toRecord(await tx.upload.create({ data: { id, owner, name, sha256, expiresAt, bytes: BigInt(bytes) } }));
  });

const unfinished = async (
  client: Client,
  { owner, bytes, sha256 }: Omit<NewUpload, 'id' | 'name'>,
): Promise<UploadRecord | null> => {
  const row = await client.upload.findFirst({
    where: { owner, sha256, bytes: BigInt(bytes), completedAt: null, expiresAt: { gt: new Date() } },
    orderBy: { createdAt: 'desc' },
  });
  return row && toRecord(row);
};

export const uploads = (client: Client): Uploads => ({
  create: (upload, mostBytes) => create(client, upload, mostBytes),
  storedBytes: (owner) => storedBytes(client, owner),
  unfinished: (upload) => unfinished(client, upload),
  get: async (id) => {
    const row = await client.upload.findUnique({ where: { id } });
    if (row === null || row.expiresAt < new Date()) throw notFound('upload', id);
    return toRecord(row);
  },
  complete: async (id) => {
    await client.upload.update({ where: { id }, data: { completedAt: new Date() } });
  },
  remove: async (id) => {
    await client.upload.deleteMany({ where: { id } });
  },
  show: async ({ sha256, person }) => {
    await client.shownFile.createMany({ data: { sha256, person }, skipDuplicates: true });
  },
  hasShown: async ({ sha256, person }) =>
    (await client.shownFile.findUnique({ where: { sha256_person: { sha256, person } } })) !== null,
  firstToShow: async (sha256) => {
    const row = await client.shownFile.findFirst({
      where: { sha256 },
      orderBy: [{ firstAt: 'asc' }, { person: 'asc' }],
    });
    return row && { person: row.person, at: row.firstAt.toISOString() };
  },
  takeExpired: async () => {
    const rows = await client.$queryRaw<{ id: string }[]>`
      DELETE FROM uploads WHERE expires_at < clock_timestamp() RETURNING id`;
    return rows.map(({ id }) => id);
  },
});
