import { Redis } from 'ioredis';
import pg from 'pg';

export interface QueueInspection {
  backend: 'redis' | 'postgres';
  version: string;
  /** Whether what BullMQ needs is in place. */
  ready: boolean;
  /** Redis' settings that matter here, and how its last write to disk went; empty where they may not be read. */
  settings: Record<string, string>;
}

/** Looks at the queue's server once; throws when it cannot be reached. */
export function inspectQueue(url: string): Promise<QueueInspection> {
  return /^rediss?:/.test(url) ? inspectRedis(url) : inspectPostgres(url);
}

async function inspectRedis(url: string): Promise<QueueInspection> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 5_000, retryStrategy: () => null });
  let lost: Error | undefined;
  redis.on('error', (error: Error) => {
    lost = error;
  });
  try {
    await redis.connect().catch((error: unknown) => Promise.reject(lost ?? error));
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
    // A hosted Redis may forbid CONFIG; then there is nothing to advise.
    const pairs = await redis.config('GET', 'maxmemory-policy', 'appendonly', 'hz').catch(() => []);
    const written = /aof_last_write_status:(\S+)/.exec(await redis.info('persistence'))?.[1];
    return {
      backend: 'redis',
      version,
      ready: true,
      settings: { ...toRecord(pairs), ...(written ? { written } : {}) },
    };
  } finally {
    redis.disconnect();
  }
}

async function inspectPostgres(url: string): Promise<QueueInspection> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; ready: boolean }>(
      `select current_setting('server_version') as version, to_regclass('bullmq.job') is not null as ready`,
    );
    return {
      backend: 'postgres',
      version: rows[0]?.version ?? 'unknown',
      ready: rows[0]?.ready ?? false,
      settings: {},
    };
  } finally {
    await client.end();
  }
}

function toRecord(pairs: unknown): Record<string, string> {
  if (!Array.isArray(pairs)) return {};
  const entries = pairs.flatMap((name, at) => (at % 2 === 0 ? [[String(name), String(pairs[at + 1])]] : []));
  return Object.fromEntries(entries);
}
