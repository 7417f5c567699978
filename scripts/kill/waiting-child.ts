/** Stands in for the process that computes: waits, stores a file, and answers with a result. All else is the server's own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openStorage } from '@topiary/storage';
import { resultWith } from '../../tests/helpers/finished-run.js';
import type { FromChild, Job } from '../../workers/evaluator/src/messages.js';

const WAIT_MS = Number(process.env['WAITING_MS'] ?? 50);

const send = (message: FromChild): Promise<void> =>
  new Promise((done) => {
    process.send?.(message, undefined, {}, () => done());
  });

process.on('SIGTERM', () => process.exit(1));
process.on('disconnect', () => process.exit(1));
process.once('message', async ({ run, storageUrl }: Job) => {
  await send({ type: 'event', event: { type: 'log', level: 'info', text: 'waiting' } });
  await sleep(WAIT_MS);
  const storage = await openStorage(storageUrl);
  // Every attempt has a file of its own, as training curves do: what a lost one leaves must be found and removed.
  const text = new TextEncoder().encode(`run ${run.run}, attempt ${run.attempt}`);
  const { sha256, bytes } = await storage.put(text);
  const artefacts = [{ kind: 'log' as const, sha256, bytes, mediaType: 'text/plain' }];
  await send({ type: 'result', result: resultWith(90, { artefacts, recipeHash: run.recipeHash }) });
  process.exit(0);
});
