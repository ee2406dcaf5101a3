import { Redis } from 'ioredis';
import pg from 'pg';

export interface QueueInspection {
  backend: 'redis' | 'postgres';
  version: string;
  /** Whether what BullMQ needs is in place. */
  ready: boolean;
  /** What Redis tells of itself (INFO), its settings among it; empty where that may not be read. */
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
    // A hosted Redis forbids CONFIG, hardly ever INFO.
    const info = await redis.info().catch(() => '');
    const settings = Object.fromEntries(
      [...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]),
    );
    return { backend: 'redis', version: settings.redis_version ?? 'unknown', ready: true, settings };
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
