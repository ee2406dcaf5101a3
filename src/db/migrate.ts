import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nothing else in this database locks on. */
const LOCK = 8_207_716;

/**
 * Brings the database up to date. Processes that start together take turns; the later ones find nothing to do.
 * `also` runs under the same lock (the queue's own tables).
 */
export async function migrateDatabase(
  url: string,
  also: () => Promise<void> = async () => {},
): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'watchbell migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await applyMigrations(drizzle(client), { migrationsFolder: FOLDER });
    await also();
  } finally {
    await client.end();
  }
}

/** How many migrations this program has that the database has not seen. */
export async function countPendingMigrations(pool: pg.Pool): Promise<number> {
  const known = readMigrationFiles({ migrationsFolder: FOLDER });
  const { rows } = await pool.query<{ table: string | null }>(
    `select to_regclass('drizzle.__drizzle_migrations') as table`,
  );
  if (!rows[0]?.table) return known.length;
  const applied = await pool.query<{ latest: string | null }>(
    'select max(created_at) as latest from drizzle.__drizzle_migrations',
  );
  const latest = Number(applied.rows[0]?.latest ?? 0);
  return known.filter((migration) => migration.folderMillis > latest).length;
}
