import { subMinutes } from 'date-fns';
import type { Context } from '../context.ts';
import type { PreviewItem } from '../slice.ts';
import type { StatusLine, Upgrade } from '../upgrade/store.ts';
import { askMessage, heartbeatMessage, windowEndMessage } from './messages.ts';
import { askLead, deriveBeat, nextBeatAfter } from './rules.ts';

/** The first heartbeat as it will look, once with a line and once without, and the two questions that are asked. */
export async function previewHeartbeats(context: Context, upgrade: Upgrade): Promise<PreviewItem[]> {
  const { startsAt, endsAt, teamId, plan } = upgrade;
  const { communicator } = plan.people;
  const { room } = plan.channels;
  const interval = plan.communication.heartbeat;
  const running: Upgrade = { ...upgrade, state: 'in_progress', startedAt: startsAt };
  const beat = deriveBeat(startsAt, interval, 1, startsAt);
  const at = beat.dueAt;
  const askedAt = subMinutes(at, askLead(interval));
  const line: StatusLine = {
    id: 0,
    teamId,
    upgradeId: upgrade.id,
    text: 'The backup is done and checked; the upgrade itself comes next.',
    by: communicator,
    at: askedAt,
  };
  const afterEnd = nextBeatAfter(startsAt, interval, endsAt);
  const first = { beat, issues: [], silentSince: startsAt };
  const ask = askMessage(context, running, { dueAt: at, line: undefined }, askedAt);
  const withLine = heartbeatMessage(context, running, { ...first, line, silent: 0 }, at);
  const without = heartbeatMessage(context, running, { ...first, line: undefined, silent: 1 }, at);
  const end = windowEndMessage(context, running, { issues: [], nextUpdate: afterEnd }, endsAt);
  return [
    { at: askedAt, what: 'question ahead of the first heartbeat', to: communicator, message: ask },
    { at, what: 'first heartbeat', to: room, message: withLine },
    { at, what: 'the same, where no status line was given', to: room, message: without },
    { at: endsAt, what: 'question at the planned end', to: room, message: end },
  ];
}
