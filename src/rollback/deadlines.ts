import * as z from 'zod';
import { type Unit, watchbell } from '../context.ts';
import { enqueue, type Renderer } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { handler, LATE_POLICY, type Outcome, planRows, type Row } from '../timetable/index.ts';
import { getUpgrade, keyOf, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { deriveWindow } from '../upgrade/window.ts';
import { showDecision } from './live-decision.ts';
import { putToDecision } from './open-decision.ts';
import { lastDeadline, onSilence } from './rules.ts';
import { type Decision, findDecision, findOpenDecision, updateDecision } from './store.ts';
import { takeDecision } from './take-decision.ts';

/** The call to the deputy, in the room. */
export const ESCALATED = 'rollback.escalated';

const Payload = z.object({ decision: z.number() });

/** The sponsor's time is over: the deputy is called in and may decide too. */
export const sponsorsDeadline = handler({
  kind: 'decision.deadline',
  decide: (unit, row) => whileOpen(unit, row, (upgrade, open) => escalate(unit, row, upgrade, open)),
});

/** Nobody decided in time: the plan's word on silence is taken. */
export const lastWord = handler({
  kind: 'decision.final',
  decide: (unit, row) =>
    whileOpen(unit, row, async (upgrade, open) => {
      const choice = onSilence(upgrade.plan);
      const taken = { choice, how: 'silence', dueAt: row.dueAt } as const;
      await takeDecision(unit, watchbell(upgrade.teamId), upgrade, open, taken);
    }),
});

const late = LATE_POLICY['rollback.point-of-no-return'].leftOut;

/**
 * The point of no return nears: where the work is still in progress, the decision is asked for without a person. To be
 * verifying by then is what the plan says, so that nobody is asked.
 */
export const pointOfNoReturnNears = handler({
  kind: 'rollback.point-of-no-return',
  async decide(unit, row) {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    if (upgrade.state !== 'in_progress') return { skipped: late.closed };
    if (await findOpenDecision(unit.tx, upgrade.id)) return { skipped: late.open };
    const { pointOfNoReturn } = deriveWindow(upgrade.plan, upgrade.startsAt);
    const reason =
      pointOfNoReturn > unit.now
        ? 'The point of no return is near, and work is still open.'
        : 'The point of no return has passed, and work is still open.';
    await putToDecision(unit, watchbell(upgrade.teamId), upgrade, reason, row.dueAt);
    return 'done';
  },
});

/** Drawn when it is sent: nobody is called to what is decided by then. */
export const renderEscalated: Renderer = async ({ db, templates }, { teamId, upgradeId, slot }) => {
  const { plan, ...upgrade } = await getUpgrade(db, teamId, upgradeId);
  const decision = await findDecision(db, upgradeId, Number(slot));
  if (decision?.state !== 'open') return { withdrawn: LATE_POLICY[ESCALATED].leftOut.settled };
  return templates.render('rollback-escalated', {
    key: keyOf(upgrade),
    zone: plan.window.timezone,
    sponsor: plan.people.sponsor,
    deputy: plan.people.deputy,
    deadline: decision.finalDeadlineAt,
    onSilence: onSilence(plan),
  });
};

async function whileOpen(
  unit: Unit,
  row: Row,
  act: (upgrade: Upgrade, open: Decision) => Promise<void>,
): Promise<Outcome> {
  const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
  const decision = await findDecision(unit.tx, upgrade.id, Payload.parse(row.payload).decision);
  if (decision?.state !== 'open') return { skipped: LATE_POLICY['decision.deadline'].leftOut.settled };
  await act(upgrade, decision);
  return 'done';
}

async function escalate(unit: Unit, row: Row, upgrade: Upgrade, open: Decision): Promise<void> {
  const { plan, teamId, id: upgradeId } = upgrade;
  const decision = await updateDecision(unit, open, {
    escalatedAt: unit.now,
    finalDeadlineAt: lastDeadline(plan, open.finalDeadlineAt, unit.now),
  });
  const slot = String(decision.number);
  await planRows(unit, [
    {
      teamId,
      upgradeId,
      kind: 'decision.final',
      slot,
      dueAt: decision.finalDeadlineAt,
      payload: { decision: decision.number },
    },
  ]);
  await append(unit, watchbell(teamId), upgradeId, 'rollback.escalated', {
    number: decision.number,
    deputy: plan.people.deputy,
  });
  // An edit notifies nobody: the deputy is called by a message of its own.
  await enqueue(unit, [
    {
      teamId,
      upgradeId,
      kind: ESCALATED,
      slot,
      target: plan.channels.room,
      plannedFor: row.dueAt,
    },
  ]);
  await showDecision(unit, upgrade, decision, row.dueAt);
}
