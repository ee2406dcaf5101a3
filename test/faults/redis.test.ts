import { Redis as Client } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { Redis } from './redis.ts';

let redis: Redis;
let client: Client;

describe.skipIf(!hasRedis)('a Redis that is struck', () => {
  beforeEach(async () => {
    redis = await Redis.start();
    client = new Client(redis.url, { retryStrategy: () => 20, lazyConnect: true });
    client.on('error', () => undefined); // it is struck
    await client.set('ring', 'soon');
  });

  afterEach(async () => {
    client.disconnect();
    await redis.stop();
  });

  test('stopped → comes back with what it held; killed without persistence → comes back empty', async () => {
    await redis.away(10, { signal: 'SIGTERM', keeps: true });
    await expect(client.get('ring')).resolves.toBe('soon');
    await redis.away(10, { signal: 'SIGKILL', keeps: true });
    await expect(client.get('ring')).resolves.toBe('soon');
    await redis.away(10, { signal: 'SIGKILL', keeps: false });
    await expect(client.get('ring')).resolves.toBeNull();
  });

  test('struck by several at once → each in turn, and it is still struck afterwards', async () => {
    const away = () => redis.away(5, { signal: 'SIGKILL', keeps: true });
    await Promise.all([away(), redis.freeze(5), away(), redis.flush(), away()]);
    await expect(client.get('ring')).resolves.toBeNull();
    await client.set('ring', 'again');
    await redis.renew();
    await expect(client.get('ring')).resolves.toBeNull();
  });

  test('a strike on a Redis that is not there → says so', async () => {
    await redis.stop();
    await expect(redis.flush()).rejects.toThrow('was not flushed');
    await expect(redis.away(5, { signal: 'SIGTERM', keeps: true })).rejects.toThrow('no Redis to be ended');
    await expect(redis.freeze(5)).rejects.toThrow('no Redis to be paused');
  });
});
