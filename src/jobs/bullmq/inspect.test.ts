import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { hasRedis, startRedis } from '../../../test/support/redis.ts';
import { examineQueue } from '../../doctor/index.ts';

test.skipIf(!hasRedis)(
  'on Redis → each setting that is wrong is named; one that forbids CONFIG tells the same',
  async () => {
    const redis = await startRedis();
    const url = new URL(redis.url);
    const admin = new Redis(url.href);
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>pw', '~*', '+@all', '-config');
    await admin.call('ACL', 'SETUSER', 'stranger', 'on', '>pw', '~*', '+@all', '-config', '-info');
    const as = (username: string) => Object.assign(new URL(url.href), { username, password: 'pw' }).href;
    const remedies = async (at: string) => (await examineQueue(at)).map(({ remedy }) => remedy ?? 'good');
    for (const setting of ['appendonly yes', 'maxmemory-policy noeviction', 'hz 100'])
      await admin.config('SET', ...(setting.split(' ') as [string, string]));
    expect(await remedies(as('guest'))).toEqual(['good']);
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await admin.config('SET', 'hz', '10');
    const named = ['good', expect.stringContaining('noeviction'), expect.stringContaining('hz 100')];
    expect(await remedies(as('guest'))).toEqual(named);
    expect(await remedies(url.href)).toEqual(named);
    expect(await remedies(as('stranger'))).toEqual(['good', expect.stringContaining('Allow INFO')]);
    admin.disconnect();
    await redis.stop();
  },
);
