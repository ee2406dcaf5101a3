import { openDatabase } from '../db/client.ts';
import { countPendingMigrations } from '../db/migrate.ts';
import { type Finding, orBad } from './finding.ts';

const OLDEST_VERSION = 14;

export function examineDatabase(url: string): Promise<Finding[]> {
  const remedy = 'Check DATABASE_URL, that Postgres runs, and that this machine may connect to it.';
  return orBad('database', remedy, async () => {
    const { pool, close } = openDatabase(url, { max: 1 });
    try {
      const { rows } = await pool.query<{ number: string; version: string }>(
        `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
      );
      const pending = await countPendingMigrations(pool);
      return [
        versionFinding(Number(rows[0]?.number), rows[0]?.version ?? 'unknown'),
        migrationFinding(pending),
      ];
    } finally {
      await close();
    }
  });
}

function versionFinding(number: number, version: string): Finding {
  const subject = 'database';
  if (number >= OLDEST_VERSION * 10_000) return { subject, state: 'good', text: `Postgres ${version}` };
  const text = `Postgres ${version} is too old`;
  return { subject, state: 'bad', text, remedy: `Use Postgres ${OLDEST_VERSION} or newer.` };
}

function migrationFinding(pending: number): Finding {
  const subject = 'migrations';
  if (pending === 0) return { subject, state: 'good', text: 'all applied' };
  return {
    subject,
    state: 'bad',
    text: `${pending} not applied`,
    remedy: 'Run watchbell migrate; starting the bot does so too.',
  };
}
