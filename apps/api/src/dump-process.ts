/**
 * Writes the dump of the day and ends: a process of its own beside the API, since tens of thousands of rows are computed,
 * written and packed for many seconds, in which nobody would be answered, and their memory is given back with it.
 *
 * `node dist/dump-process.mjs <address of the site>`, in the API's environment.
 */
import { setPriority } from 'node:os';
import { openDatabase } from '@topiary/db';
import { tieToParent } from '@topiary/sandbox';
import { openStorage } from '@topiary/storage';
import { openBoardMemory } from './board-memory.js';
import { dumpDaily } from './dumps.js';
import { readEnv } from './env.js';

/** Whoever asks the API something is served first. */
const PATIENCE = 10;

tieToParent(() => process.exit(1));
setPriority(PATIENCE);

const { databaseUrl, storageUrl, dataDir, dataLicence } = readEnv(process.env);
const db = openDatabase(databaseUrl, { connections: 2 });
try {
  // what changes while it is written is in the next one
  const boards = openBoardMemory(db, { onBoard: () => undefined }, { trustMs: Number.POSITIVE_INFINITY });
  const projectDir = process.env.TOPIARY_ROOT ?? process.cwd();
  const version = process.env.TOPIARY_VERSION ?? 'unbundled';
  const storage = await openStorage(storageUrl);
  await dumpDaily({ db, storage, boards, dataDir, projectDir, version, dataLicence }, process.argv[2] ?? '');
} finally {
  await db.close();
}
process.exit(0);
