import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

/** A Slack workspace that the bot serves. Its row is locked while the next upgrade number is drawn. */
export const workspace = pgTable('workspace', {
  teamId: text('team_id').primaryKey(),
  name: text('name').notNull(),
  botUserId: text('bot_user_id').notNull(),
  lastUpgradeNumber: integer('last_upgrade_number').notNull().default(0),
  joinedAt: instant('joined_at').notNull(),
});
