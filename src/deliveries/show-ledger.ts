import {
  countByKind,
  listFailed,
  listWaiting,
  listWithdrawn,
  readPunctuality,
  sayDelay,
  sayPunctuality,
} from '../outbox/index.ts';
import { actions, button } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import type { Call } from '../slack/surface.ts';
import { listRows } from '../timetable/index.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { sayKind } from '../upgrade/explain-refusal.ts';
import { titleOf } from '../upgrade/offers.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { RETRY_ACTION } from '../upgrade/tell-lead.ts';
import { comingOf, leftOutOf, nameDelivery } from './ledger.ts';

/** Named one by one up to here, so that it can be read on a phone; the rest is counted. */
const MOST_FAILED = 5;
const MOST_WAITING = 3;
const MOST_KINDS = 12;

/** What was planned, sent, late, failed and left out, and why: failures first, each with a button to try again. */
export async function showLedger(call: Call, upgrade: Upgrade): Promise<void> {
  await admitViewer(call.context, call.actor);
  await call.reply(await drawLedger(call, upgrade));
}

async function drawLedger({ context: { db, templates } }: Call, upgrade: Upgrade): Promise<Message> {
  const { id, teamId } = upgrade;
  const kinds = await countByKind(db, teamId, id);
  const found = await listFailed(db, teamId, id, MOST_FAILED + 1);
  const failed = found.slice(0, MOST_FAILED);
  const waits = await listWaiting(db, teamId, id, MOST_WAITING);
  const punctuality = await readPunctuality(db, teamId, id);
  const rows = await listRows(db, teamId, id);
  const { leftOut, more } = leftOutOf(rows, await listWithdrawn(db, teamId, id));
  const { coming, planned } = comingOf(rows);
  const sum = (of: 'failed' | 'waiting' | 'sent') => kinds.reduce((total, each) => total + each[of], 0);
  const message = templates.render('deliveries', {
    title: titleOf(upgrade),
    zone: upgrade.plan.window.timezone,
    failed: sum('failed'),
    waiting: sum('waiting'),
    sent: sum('sent'),
    punctuality: punctuality ? sayPunctuality(punctuality) : null,
    failures: failed.map(({ messages, ...each }, index) => ({
      number: index + 1,
      messages,
      ...nameDelivery(each),
    })),
    moreFailures: found.length > failed.length,
    waits: waits.map(nameDelivery),
    kinds: kinds
      .filter((each) => each.sent > 0)
      .slice(0, MOST_KINDS)
      .map(({ kind, sent, worstSeconds }) => ({
        kind: sayKind(kind),
        sent,
        late: worstSeconds >= 1 ? sayDelay(worstSeconds) : null,
      })),
    leftOut,
    moreLeftOut: more,
    coming: coming ? { kind: sayKind(coming.kind), due: coming.dueAt } : null,
    planned,
  });
  const again = failed.map(({ id: delivery }, index) =>
    button({ text: `Try ${index + 1} again`, actionId: `${RETRY_ACTION}.${index + 1}`, value: delivery }),
  );
  return again.length > 0 ? { ...message, blocks: [...message.blocks, actions(again)] } : message;
}
