/** The queue contract on PostgreSQL, and what happens without any server. */
import { openQueue, openWorker } from '@topiary/queue';
import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { emptyDatabase } from '../../helpers/database.js';
import { queueContract } from './contract.js';

queueContract('PostgreSQL', async () => {
  const test = await emptyDatabase();
  const name = new URL(test.url).pathname.slice(1);
  const administer = async (allow: boolean) => {
    const url = new URL(test.url);
    url.pathname = '/postgres';
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allow}`);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await client.end();
  };
  return {
    url: test.url,
    interrupt: () => administer(false),
    restore: () => administer(true),
    close: test.close,
  };
});

it('says that no server is there, and still closes', async () => {
  const url = 'postgres://nobody:x@127.0.0.1:9/none';
  const queue = await openQueue(url);
  await expect(queue.ping()).rejects.toMatchObject({ code: 'TOPIARY_QUEUE_UNAVAILABLE' });
  const onError = vi.fn();
  const worker = await openWorker(url, async () => undefined, { onError });
  expect(onError).toHaveBeenCalled();
  await worker.close();
  await queue.close();
});

it('refuses an address of another kind', async () => {
  await expect(openQueue('amqp://somewhere')).rejects.toMatchObject({ code: 'TOPIARY_START_ENVIRONMENT' });
});
