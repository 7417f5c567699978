/** A process that starts the embedded Postgres of a home as a server would; the test kills it. */
import { lockHome, startEmbedded } from '@topiary/db';
import { isTopiaryError } from '@topiary/errors';

const home = process.argv[2] ?? '';

try {
  const lock = lockHome(home);
  const { url, pid, adopted, dataDir, stop } = await startEmbedded({ home, volatile: true });
  console.log(JSON.stringify({ url, pid, adopted, dataDir }));
  process.on('SIGTERM', async () => {
    await stop();
    lock.release();
    process.exit(0);
  });
  setInterval(() => undefined, 1000);
} catch (error) {
  console.log(JSON.stringify({ code: isTopiaryError(error) ? error.code : null, message: String(error) }));
  process.exit(1);
}
