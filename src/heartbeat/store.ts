import { and, desc, eq, exists, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { outbox } from '../outbox/tables.ts';
import { statusLine } from '../upgrade/tables.ts';
import type { LatestLine } from './rules.ts';

/** What a heartbeat's delivery remembers: the id of the status line that it shows. */
export interface Shows {
  line?: number;
}

/**
 * The latest status line of each upgrade. It counts as shown only once a heartbeat that carries it was sent: one that is
 * still on its way may yet be overtaken, and a line shown twice is better than one that nobody read.
 */
export async function listLatestLines(
  tx: Tx,
  upgradeIds: readonly number[],
): Promise<Map<number, LatestLine>> {
  const showing = tx
    .select({ one: sql`1` })
    .from(outbox)
    .where(
      and(
        eq(outbox.upgradeId, statusLine.upgradeId),
        eq(outbox.kind, 'heartbeat'),
        eq(outbox.state, 'sent'),
        sql`(${outbox.payload}->>'line')::int = ${statusLine.id}`,
      ),
    );
  const latest = await tx
    .selectDistinctOn([statusLine.upgradeId], { line: statusLine, shown: sql<boolean>`${exists(showing)}` })
    .from(statusLine)
    .where(inArray(statusLine.upgradeId, [...upgradeIds]))
    .orderBy(statusLine.upgradeId, desc(statusLine.at), desc(statusLine.id));
  return new Map(latest.map((each) => [each.line.upgradeId, each]));
}
