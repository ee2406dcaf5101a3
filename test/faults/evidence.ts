import type pg from 'pg';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Seen } from './observer.ts';
import type { PacedClock } from './paced-clock.ts';
import type { Attempt } from './people.ts';
import type { Played } from './play.ts';
import type { Scenario } from './scenario.ts';

/** Something that was struck, by real time. */
export interface Struck {
  what: string;
  from: number;
  to: number;
}

/** One entry of the bot's record, read with SQL. */
export interface Entry {
  id: number;
  upgradeId: number;
  at: number;
  actor: string | null;
  fact: string;
  data: Record<string, unknown>;
}

/** All that the oracle is given. */
export interface Evidence {
  seed: number;
  scenario: Scenario;
  clock: PacedClock;
  sandbox: Sandbox;
  played: Played[];
  seen: Seen[];
  attempts: Attempt[];
  record: Entry[];
  struck: Struck[];
  /** What went wrong beside the messages: a process that crashed, an act that never got through. */
  mishaps: string[];
  /** Rows and deliveries that were never settled. */
  unsettled: string[];
  /** Real milliseconds by which the harness itself came late on this machine, all but once in a hundred times. */
  lag?: number;
  /** When the machine itself held everything up. */
  stalls?: Struck[];
}

export async function findNextDue(database: pg.Pool): Promise<Date | undefined> {
  const { rows } = await database.query<{ at: Date | null }>(
    `select min(due_at) as at from timetable where state = 'planned'`,
  );
  return rows[0]?.at ?? undefined;
}

export async function readRecord(database: pg.Pool): Promise<Entry[]> {
  const { rows } = await database.query<Entry & { at: Date }>(
    `select id::int, upgrade_id as "upgradeId", at, actor, fact, data from record_entry order by id`,
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

export async function listUnsettled(database: pg.Pool): Promise<string[]> {
  const { rows } = await database.query<{ what: string }>(
    `select 'UP ' || upgrade_id || ': row ' || kind || ' ' || slot || ' due ' || due_at as what from timetable where state = 'planned'
     union all select 'UP ' || upgrade_id || ': message ' || kind || ' ' || slot || ' to ' || target || ': ' || coalesce(error, '')
       from outbox where state = 'pending'`,
  );
  return rows.map(({ what }) => what);
}
