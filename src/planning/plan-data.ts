import { STATE_NAMES } from '../upgrade/lifecycle.ts';
import { titleOf } from '../upgrade/offers.ts';
import { PHASE_NAMES } from '../upgrade/phase-names.ts';
import { formatDuration } from '../upgrade/plan/duration.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { deriveWindow } from '../upgrade/window.ts';

/** What the template `plan` is given. */
export function planData(upgrade: Upgrade) {
  const { plan } = upgrade;
  return {
    title: titleOf(upgrade),
    state: STATE_NAMES[upgrade.state],
    system: plan.system,
    from: plan.versions.from,
    to: plan.versions.to,
    scope: plan.scope,
    reason: plan.reason.statement,
    ...windowData(upgrade),
    lead: plan.people.lead,
    sponsor: plan.people.sponsor,
    deputy: plan.people.deputy,
    communicator: plan.people.communicator,
    crisis_speaker: plan.people.crisisSpeaker ?? null,
    operations: plan.people.operations,
    consulted: plan.people.consulted,
    room: plan.channels.room,
    support: plan.channels.support ?? null,
    channels: [...new Set([...plan.channels.announce, ...plan.audience.channels])],
    groups: plan.audience.groups,
    users: plan.audience.users,
    notices: plan.communication.notices.map(formatDuration),
    heartbeat: plan.communication.heartbeat,
    survey: plan.communication.survey === 'off' ? null : plan.communication.survey,
    downtime: plan.impact.downtime,
    changes: plan.impact.changes,
    limits: plan.impact.limits ?? null,
    avoid: plan.impact.avoid ?? null,
    contact: plan.impact.contact ?? null,
    answer_within: plan.rollback.answerWithin,
    rolls_back: plan.rollback.onSilence === 'roll-back',
    data_loss: plan.rollback.dataLoss ?? null,
    forward_only: plan.rollback.afterMigration === 'forward-only',
    steps: plan.rollback.steps,
    acceptance: plan.acceptance.map(({ check, core }) => ({ text: check, core })),
  };
}

function windowData({ plan, startsAt }: Upgrade) {
  const { start, end, zone, phases, pointOfNoReturn } = deriveWindow(plan, startsAt);
  return {
    start,
    end,
    zone,
    no_return: pointOfNoReturn,
    phases: phases
      .map((phase) => ({
        name: PHASE_NAMES[phase.name],
        start: phase.start,
        minutes: (phase.end.getTime() - phase.start.getTime()) / 60_000,
      }))
      .filter(({ minutes }) => minutes > 0),
  };
}
