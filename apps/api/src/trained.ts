/** Base models that were trained on this installation while no server ran: each is imported at the next start, once. */
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportSubmission, TRAINED_FOLDER, TrainedBase } from '@topiary/contracts';
import type { ApiContext } from './context.js';
import { planImport } from './import.js';
import { OCTETS } from './upload.js';

/** Stores the file as the owner's and queues its import: a worker checks, rehearses and evaluates it. */
const importTrained = async (context: ApiContext, trained: TrainedBase, file: string, owner: string): Promise<void> => {
  const { db, storage } = context;
  const { board, mean, std, sha256, bytes } = trained;
  if (await db.baseModels.active(board)) return;
  const { kind: _, model, ...facts } = ImportSubmission.parse({ kind: 'import', board, mean, std, model: sha256 });
  const withModel = await planImport(context, facts, owner);
  if (!(await storage.stat(sha256))) await storage.put(createReadStream(file), { sha256 });
  await db.artefacts.add({ sha256, bytes, mediaType: OCTETS }, owner);
  if (await db.settings.setOnce(`trained ${sha256}`, true)) await db.submissions.create(withModel(model));
};

/** `failed` hears of a file that cannot be imported now; the next start tries again. */
export const importAllTrained = async (
  context: ApiContext,
  home: string,
  owner: string,
  failed: (error: unknown, file: string) => void,
): Promise<void> => {
  const folder = join(home, TRAINED_FOLDER);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    try {
      const trained = TrainedBase.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
      await importTrained(context, trained, join(folder, name.replace(/json$/, 'onnx')), owner);
    } catch (error) {
      failed(error, name);
    }
  }
};
