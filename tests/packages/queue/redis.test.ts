/** The queue contract on Redis. */
import { describe } from 'vitest';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { queueContract } from './contract.js';

describe.skipIf(withoutRedis())('with redis-server', () => {
  queueContract('Redis', async () => {
    const redis = await startRedis();
    return { url: redis.url, interrupt: redis.kill, restore: redis.start, close: redis.close };
  });
});
