import { addMinutes, differenceInMinutes } from 'date-fns';
import type { Context } from '../context.ts';
import { actions, button } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import { rolesOf } from '../upgrade/authority.ts';
import { offersIn } from '../upgrade/offers.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { heartbeatSlot, latestSlot, surveyDays } from '../upgrade/window.ts';
import { remainingMinutes, START_WATCH } from './rules.ts';

/** From where and why a window was moved. */
export interface Move {
  from: Date;
  why: string | undefined;
  /** For somebody who has a role in it, and is told nothing else. */
  forRole?: boolean;
}

type Draw<More extends unknown[] = []> = (context: Context, upgrade: Upgrade, ...more: More) => Message;

/** The first that somebody hears: all there is to know. */
export const announcement: Draw<[now: Date]> = ({ templates }, upgrade, now) => {
  const { reason, impact, channels } = upgrade.plan;
  return templates.render('announcement', {
    ...windowOf(upgrade),
    remaining: remainingMinutes(upgrade.startsAt, now),
    reason: reason.statement,
    changes: impact.changes,
    limits: impact.limits ?? null,
    avoid: impact.avoid ?? null,
    contact: impact.contact ?? null,
    support: channels.support ?? null,
  });
};

/** For those who know already. */
export const reminder: Draw<[now: Date, move?: Move]> = ({ templates }, upgrade, now, move) => {
  const { impact, channels } = upgrade.plan;
  return templates.render('reminder', {
    ...windowOf(upgrade),
    remaining: remainingMinutes(upgrade.startsAt, now),
    moved_from: move?.from ?? null,
    avoid: impact.avoid ?? null,
    support: channels.support ?? null,
  });
};

export const moved: Draw<[Move]> = ({ templates }, upgrade, { from, why, forRole = false }) =>
  templates.render('moved', {
    ...windowOf(upgrade),
    old_start: from,
    why: why ?? null,
    for_role: forRole,
    support: upgrade.plan.channels.support ?? null,
  });

export const cancelled: Draw<[why: string | undefined]> = ({ templates }, upgrade, why) =>
  templates.render('cancelled', {
    ...windowOf(upgrade),
    why: why ?? null,
    support: upgrade.plan.channels.support ?? null,
  });

/** To somebody with a role in the plan: what it is, and what will be asked of them. `by` scheduled it. */
export const role: Draw<[person: string, by: string | null]> = ({ templates }, upgrade, person, by) => {
  const { people, rollback, communication } = upgrade.plan;
  const message = templates.render('role', {
    ...windowOf(upgrade),
    by,
    roles: rolesOf(upgrade.plan, person),
    lead: people.lead,
    sponsor: people.sponsor,
    deputy: people.deputy,
    communicator: people.communicator,
    every: communication.heartbeat,
    answer_within: rollback.answerWithin,
    rolls_back: rollback.onSilence === 'roll-back',
  });
  const show = button({ text: 'Show', actionId: 'planning.show', value: String(upgrade.id) });
  return { ...message, blocks: [...message.blocks, actions([show])] };
};

/** The planned start has passed: asks in the room what happens now; from a certain time on the sponsor too. */
export const startAwaited: Draw<[now: Date]> = ({ templates }, upgrade, now) => {
  const { lead, sponsor } = upgrade.plan.people;
  const overdue = addMinutes(upgrade.startsAt, START_WATCH['start.overdue']);
  const message = templates.render('start-awaited', {
    ...windowOf(upgrade),
    late: differenceInMinutes(now, upgrade.startsAt),
    window_over: now >= upgrade.endsAt,
    lead,
    sponsor,
    sponsor_called: now >= overdue,
    overdue,
  });
  return { ...message, blocks: [...message.blocks, actions(offersIn(upgrade, { now, openIssues: 0 }))] };
};

/** The same for those who were told of the window. */
export const notStarted: Draw<[now: Date]> = ({ templates }, upgrade, now) =>
  templates.render('not-started', {
    ...windowOf(upgrade),
    late: differenceInMinutes(now, upgrade.startsAt),
    avoid: upgrade.plan.impact.avoid ?? null,
    support: upgrade.plan.channels.support ?? null,
  });

export const started: Draw<[now: Date]> = ({ templates }, upgrade, now) => {
  const { impact, communication, channels } = upgrade.plan;
  const at = upgrade.startedAt ?? now;
  const { heartbeat } = communication;
  return templates.render('started', {
    ...windowOf(upgrade),
    late: differenceInMinutes(at, upgrade.startsAt),
    early: differenceInMinutes(upgrade.startsAt, at),
    limits: impact.limits ?? null,
    avoid: impact.avoid ?? null,
    every: heartbeat,
    next_update: heartbeatSlot(at, heartbeat, Math.max(0, latestSlot(at, heartbeat, now)) + 1),
    support: channels.support ?? null,
  });
};

export const completed: Draw<[said: { whatChanged?: string; knownIssues?: string }]> = (
  { templates },
  upgrade,
  { whatChanged, knownIssues },
) => {
  const { impact, channels } = upgrade.plan;
  return templates.render('completed', {
    ...windowOf(upgrade),
    what_changed: whatChanged ?? null,
    changes: impact.changes,
    known_issues: knownIssues ?? null,
    contact: impact.contact ?? null,
    support: channels.support ?? null,
    survey_days: surveyDays(upgrade.plan) ?? null,
  });
};

export const rolledBack: Draw = ({ templates }, upgrade) => {
  const { impact, rollback, channels } = upgrade.plan;
  return templates.render('rolled-back', {
    ...windowOf(upgrade),
    data_loss: rollback.dataLoss ?? null,
    contact: impact.contact ?? null,
    support: channels.support ?? null,
  });
};

/** Who decided, or null where nobody answered and the plan's rule was taken; why the decision was asked for. */
export interface Decided {
  by: string | null;
  reason: string | undefined;
  at: Date;
}

export const rollBackDecided: Draw<[Decided]> = ({ templates }, upgrade, decided) => {
  const { window, rollback } = upgrade.plan;
  const { rollback: restoring, verification, communication } = window.phases;
  return templates.render('rollback-decided', {
    ...decisionOf(upgrade, decided),
    expected_end: addMinutes(decided.at, restoring + verification + communication),
    forward_only: rollback.afterMigration === 'forward-only',
  });
};

export const keepGoingDecided: Draw<[Decided]> = ({ templates }, upgrade, decided) =>
  templates.render('keep-going-decided', decisionOf(upgrade, decided));

const decisionOf = (upgrade: Upgrade, { by, reason }: Decided) => ({
  ...windowOf(upgrade),
  by,
  reason: reason ?? null,
  support: upgrade.plan.channels.support ?? null,
});

/** What nearly every text of a window names. Lengths in minutes. */
function windowOf(upgrade: Upgrade) {
  const { plan, startsAt, endsAt } = upgrade;
  return {
    key: keyOf(upgrade),
    title: plan.upgrade,
    system: plan.system,
    from_version: plan.versions.from,
    to_version: plan.versions.to,
    start: startsAt,
    end: endsAt,
    zone: plan.window.timezone,
    downtime: plan.impact.downtime,
    room: plan.channels.room,
  };
}
