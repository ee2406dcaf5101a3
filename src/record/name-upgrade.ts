import { sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Db } from '../db/client.ts';

const names = new WeakMap<Db, Map<number, string>>();

/** `UP-12`, for logs and traces; asked of the database once, since it never changes. `?` where it cannot be asked. */
export async function nameUpgrade({ db, logger }: Context, upgradeId: number): Promise<string> {
  const known = names.get(db) ?? new Map<number, string>();
  names.set(db, known);
  const name = known.get(upgradeId);
  if (name) return name;
  try {
    const { rows } = await db.execute<{ number: number }>(
      sql`select number from upgrade where id = ${upgradeId}`,
    );
    const found = `UP-${rows[0]?.number ?? '?'}`;
    if (known.size >= KEPT) known.clear();
    known.set(upgradeId, found);
    return found;
  } catch (error) {
    logger.debug({ err: error, upgradeId }, 'the key of an upgrade could not be read');
    return '?';
  }
}

/** Upgrades whose key is remembered; a few hundred kilobytes. */
const KEPT = 5_000;
