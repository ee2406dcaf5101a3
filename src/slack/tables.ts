import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

/** Requests of Slack that have been acted on. Kept before it is read whose they are: hence no workspace here. */
export const seenRequest = pgTable('seen_request', {
  /** Of the signature: nobody who reads this table could sign with it. */
  digest: text('digest').primaryKey(),
  /** By the database's clock, which all web processes share. */
  seenAt: instant('seen_at').notNull(),
});
