import { sql } from 'drizzle-orm';
import { realMilliseconds, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../db/client.ts';
import { type Finding, orBad } from './finding.ts';

const SUBJECT = 'clock';
/** Slack's header has whole seconds. */
const TOLERANCE_S = 2;
const PATIENCE_MS = 10_000;

/** Compares this machine's clock with Slack's and with the database's. */
export async function examineClock({
  databaseUrl,
  slack,
}: Pick<Config, 'databaseUrl' | 'slack'>): Promise<Finding[]> {
  const remedy = 'Mend what is said of it above first.';
  const found = await Promise.all([
    orBad(SUBJECT, remedy, async () => [driftFinding('Slack', await aheadOfSlack(slack.apiUrl))]),
    orBad(SUBJECT, remedy, async () => [driftFinding('the database', await aheadOfDatabase(databaseUrl))]),
  ]);
  return found.flat();
}

/** `seconds`: how far this machine is ahead. */
export function driftFinding(other: string, seconds: number): Finding {
  const size = `${Math.abs(seconds).toFixed(1)} s`;
  if (Math.abs(seconds) <= TOLERANCE_S)
    return { subject: SUBJECT, state: 'good', text: `agrees with ${other}` };
  return {
    subject: SUBJECT,
    state: 'bad',
    text: `${size} ${seconds > 0 ? 'ahead of' : 'behind'} ${other}`,
    remedy: 'Set the clock by NTP (timedatectl set-ntp true); messages are sent by this clock.',
  };
}

async function aheadOfSlack(apiUrl: string): Promise<number> {
  return between(async () => {
    const answer = await fetch(`${apiUrl}api.test`, {
      method: 'POST',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.text();
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(date)) throw new Error('Slack’s answer carries no date');
    return date + 500; // cut off to whole seconds: half of one is right on average
  });
}

async function aheadOfDatabase(url: string): Promise<number> {
  const { db, close } = openDatabase(url, { max: 1 });
  try {
    await db.execute(sql`select 1`); // connecting takes longer than asking
    return await between(async () => {
      const { rows } = await db.execute<{ now: string }>(
        sql`select extract(epoch from clock_timestamp()) as now`,
      );
      return Number(rows[0]?.now) * 1_000;
    });
  } finally {
    await close();
  }
}

/** Seconds by which this machine is ahead of the instant that `ask` gives, taken halfway through the asking. */
async function between(ask: () => Promise<number>): Promise<number> {
  const start = realMilliseconds();
  const theirs = await ask();
  const halfway = systemClock.now().getTime() - (realMilliseconds() - start) / 2;
  return (halfway - theirs) / 1_000;
}
