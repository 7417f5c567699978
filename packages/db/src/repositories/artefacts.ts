/** What is known about stored files; the bytes themselves lie in the storage, under the same hash. */
import type { ArtefactRef } from '@topiary/contracts';
import type { Artefacts } from '../board-types.js';
import { type Client, notFound } from '../client.js';

/** Answers per test example: who sees them can train on the test split. */
const PRIVATE = ['correct', 'answers'];

export const artefacts = (client: Client): Artefacts => ({
  get: async (sha256) => {
    const row = await client.artefact.findUnique({ where: { sha256 } });
    if (row === null) throw notFound('artefact', sha256);
    const uses = await client.runArtefact.count({
      where: { sha256, kind: { notIn: [...PRIVATE] }, run: { submission: { withdrawnAt: null } } },
    });
    return { sha256, bytes: Number(row.bytes), mediaType: row.mediaType, isPublic: uses > 0 };
  },
  add: async ({ sha256, bytes, mediaType }) => {
    await client.artefact.createMany({ data: [{ sha256, bytes: BigInt(bytes), mediaType }], skipDuplicates: true });
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
