import { addMinutes, differenceInMinutes } from 'date-fns';
import type { Context } from '../context.ts';
import type { Message } from '../slack/message.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { heartbeatSlot, surveyDays } from '../upgrade/window.ts';
import { remainingMinutes } from './rules.ts';

/** From where and why a window was moved. */
export interface Move {
  from: Date;
  why: string | undefined;
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

export const moved: Draw<[Move]> = ({ templates }, upgrade, { from, why }) =>
  templates.render('moved', {
    ...windowOf(upgrade),
    old_start: from,
    why: why ?? null,
    support: upgrade.plan.channels.support ?? null,
  });

export const cancelled: Draw<[why: string | undefined]> = ({ templates }, upgrade, why) =>
  templates.render('cancelled', {
    ...windowOf(upgrade),
    why: why ?? null,
    support: upgrade.plan.channels.support ?? null,
  });

export const started: Draw<[at: Date]> = ({ templates }, upgrade, at) => {
  const { impact, communication, channels } = upgrade.plan;
  return templates.render('started', {
    ...windowOf(upgrade),
    late: differenceInMinutes(at, upgrade.startsAt),
    early: differenceInMinutes(upgrade.startsAt, at),
    limits: impact.limits ?? null,
    avoid: impact.avoid ?? null,
    every: communication.heartbeat,
    next_update: heartbeatSlot(at, communication.heartbeat, 1),
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
