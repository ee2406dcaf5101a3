import { sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Db } from '../db/client.ts';

const names = new WeakMap<Db, Map<number, string>>();

/** `UP-12`, for logs and traces; asked of the database once, since it never changes. `?` where it cannot be asked. */
export async function nameUpgrade(context: Context, upgradeId: number): Promise<string> {
  return (await nameUpgrades(context, [upgradeId]))(upgradeId);
}

/** The same for several, in one query. */
export async function nameUpgrades(
  { db, logger }: Context,
  upgradeIds: readonly number[],
): Promise<(upgradeId: number) => string> {
  const known = names.get(db) ?? new Map<number, string>();
  names.set(db, known);
  if (known.size > KEPT) known.clear();
  const unknown = [...new Set(upgradeIds)].filter((id) => !known.has(id));
  try {
    const { rows } =
      unknown.length > 0
        ? await db.execute<{ id: number; number: number }>(
            sql`select id, number from upgrade where id = any (${sql.param(unknown)}::int[])`,
          )
        : { rows: [] };
    for (const { id, number } of rows) known.set(id, `UP-${number}`);
  } catch (error) {
    logger.debug({ err: error, upgrades: unknown }, 'the keys of upgrades could not be read');
  }
  return (upgradeId) => known.get(upgradeId) ?? '?';
}

/** Upgrades whose key is remembered; a few hundred kilobytes. */
const KEPT = 5_000;
