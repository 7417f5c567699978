/** What a fresh installation comes with: the shipped base models, and a few runs to watch. */
import { createReadStream } from 'node:fs';
import { CreateSubmission } from '@topiary/contracts';
import { BOARDS } from '@topiary/tracks/catalogue';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import type { ApiContext } from './context.js';
import { planSubmission } from './submit.js';

/**
 * Opens every board whose base model is shipped. One that somebody imported stays in force; one that came with an earlier
 * version of the project gives way, as its board's protocol does.
 */
export const publishShipped = async ({ db, storage }: ApiContext): Promise<void> => {
  for (const { model, dataset, sha256, bytes, settings, metrics, params, macs, splitHash } of SHIPPED) {
    for (const board of BOARDS.filter((b) => b.model === model && b.dataset === dataset)) {
      const active = await db.baseModels.active(board.id);
      if (active && (active.provenance !== 'shipped' || active.sha256 === sha256)) continue;
      if (!(await storage.stat(sha256))) await storage.put(createReadStream(shippedPath(sha256)), { sha256 });
      await db.artefacts.add({ sha256, bytes, mediaType: 'application/octet-stream' });
      const base = { sha256, bytes, settings, metrics, params, macs, splitHash };
      await db.baseModels.activate({ board: board.id, ...base, provenance: 'shipped' });
    }
  }
};

const STARTERS = ['random', 'magnitude-l1', 'taylor'];

/** Once in the life of a database, so that a visitor of a fresh installation sees real runs finish. */
export const startStarterSet = async (context: ApiContext, owner: string): Promise<void> => {
  const board = SHIPPED[0] && BOARDS.find((b) => b.model === SHIPPED[0]!.model && b.dataset === SHIPPED[0]!.dataset);
  if (!board || process.env.TOPIARY_STARTERS === 'none' || !(await context.db.settings.setOnce('starter-set', true)))
    return;
  for (const criterion of STARTERS) {
    const body = CreateSubmission.parse({ kind: 'recipe', board: board.id, recipe: { criterion }, targets: ['2x'] });
    await context.db.submissions.create(await planSubmission(context, body, owner));
  }
};
