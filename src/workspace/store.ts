import type { Db } from '../db/client.ts';
import { workspace } from './tables.ts';

/** Makes the workspace known; its name and the bot's id are kept up to date. */
export async function joinWorkspace(
  db: Db,
  { teamId, teamName, botUserId }: { teamId: string; teamName: string; botUserId: string },
  now: Date,
): Promise<void> {
  await db
    .insert(workspace)
    .values({ teamId, name: teamName, botUserId, joinedAt: now })
    .onConflictDoUpdate({ target: workspace.teamId, set: { name: teamName, botUserId } });
}
