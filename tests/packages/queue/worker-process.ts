/** A worker process that takes a job, says so, and never finishes it; the test stops or kills it. */
import { openWorker } from '@topiary/queue';

const [url = '', namespace = '', lockMs = ''] = process.argv.slice(2);

await openWorker(
  url,
  async (job) => {
    console.log(`took ${job.run}`);
    await new Promise(() => setInterval(() => undefined, 1000));
  },
  { namespace, lockMs: Number(lockMs) },
);
console.log('ready');
