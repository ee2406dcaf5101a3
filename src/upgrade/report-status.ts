import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { insertStatus, type Upgrade } from './store.ts';
import { readText } from './written.ts';

/** A line on where things stand; the next heartbeat carries it. */
export async function reportStatus(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  text: string,
): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'status' }, async (unit, { upgrade }) => {
    const line = readText(text, 'A status line');
    await insertStatus(unit, upgrade, actor.userId, line);
    await append(unit, actor, upgradeId, 'status.reported', { text: line });
    return upgrade;
  });
}
