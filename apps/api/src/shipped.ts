/** What a fresh installation comes with: the shipped base models, and a few runs to watch. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CreateSubmission } from '@topiary/contracts';
import { BOARDS } from '@topiary/tracks/catalogue';
import { SHIPPED, type ShippedModel, shippedFiles } from '@topiary/zoo/catalogue';
import type { ApiContext } from './context.js';
import { planSubmission } from './submit.js';

const OCTETS = 'application/octet-stream';

/** What names the files of a pipeline's parts, so that they stay as long as the pipeline does. */
const partsKey = (sha256: string): string => `parts:${sha256}`;

/** Every file of a shipped model. */
const storeFiles = async ({ db, storage }: ApiContext, shipped: ShippedModel): Promise<void> => {
  const files = shippedFiles(shipped);
  for (const { sha256, path } of files) {
    if (!(await storage.stat(sha256))) await storage.put(createReadStream(path), { sha256 });
    await db.artefacts.add({ sha256, bytes: (await stat(path)).size, mediaType: OCTETS });
  }
  if (files.length > 1)
    await db.settings.set(partsKey(shipped.sha256), { files: files.map(({ sha256 }) => ({ sha256 })) });
};

/**
 * Opens every board whose base model is shipped. One that somebody imported stays in force; one that came with an earlier
 * version of the project gives way, as its board's protocol does.
 */
export const publishShipped = async (context: ApiContext, all: readonly ShippedModel[] = SHIPPED): Promise<void> => {
  const { db } = context;
  for (const shipped of all) {
    const { model, dataset, sha256, bytes, settings, metrics, params, macs, splitHash } = shipped;
    for (const board of BOARDS.filter((b) => b.model === model && b.dataset === dataset)) {
      const active = await db.baseModels.active(board.id);
      if (active && (active.provenance !== 'shipped' || active.sha256 === sha256)) continue;
      await storeFiles(context, shipped);
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
