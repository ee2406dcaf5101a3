import { type Database, openDatabase } from '../db/client.ts';
import { countPendingMigrations } from '../db/migrate.ts';
import { type Finding, orBad } from './finding.ts';
import { remedyFor } from './trouble.ts';

const OLDEST_VERSION = 14;

export function examineDatabase(url: string): Promise<Finding[]> {
  return orBad('database', remedyFor('database'), async () => {
    const { pool, close } = openDatabase(url, { max: 1 });
    try {
      const { rows } = await pool.query<{ number: string; version: string }>(
        `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
      );
      const pending = await countPendingMigrations(pool);
      return [
        versionFinding(Number(rows[0]?.number), rows[0]?.version ?? 'unknown'),
        migrationFinding(pending),
        ...settingFindings(await readSettings(pool)),
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

const SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit', 'max_connections'] as const;
type Settings = Record<(typeof SETTINGS)[number], string>;

/** Ten for the work, one to listen, two each for what Slack sends and for probes, eight for a queue on Postgres. */
export const CONNECTIONS_OF_A_PROCESS = 10 + 1 + 2 + 2 + 8;

async function readSettings(pool: Database['pool']): Promise<Settings> {
  const columns = SETTINGS.map((name) => `current_setting('${name}') as ${name}`);
  const { rows } = await pool.query<Settings>(`select ${columns.join(', ')}`);
  return rows[0] as Settings;
}

/** What of the server's settings puts at risk that what was committed stays committed. */
export function settingFindings(settings: Settings): Finding[] {
  const found: Finding[] = [];
  const say = (state: Finding['state'], text: string, remedy: string) =>
    found.push({ subject: 'database', state, text, remedy });
  for (const name of ['fsync', 'full_page_writes'] as const) {
    if (settings[name] === 'off')
      say(
        'bad',
        `${name} is off: a power cut may destroy the database`,
        `Set ${name} = on and restart Postgres.`,
      );
  }
  if (settings.synchronous_commit === 'off') {
    const text =
      'synchronous_commit is off: a crash may forget the last messages, and they would be sent again';
    say('bad', text, 'Set synchronous_commit = on for this database.');
  }
  const needed = 2 * CONNECTIONS_OF_A_PROCESS;
  if (Number(settings.max_connections) < needed) {
    const text = `max_connections is ${settings.max_connections}: too few for a web and a worker process`;
    const remedy = `Set max_connections to ${CONNECTIONS_OF_A_PROCESS} for each process and as many again.`;
    say('doubtful', text, remedy);
  }
  return found;
}
