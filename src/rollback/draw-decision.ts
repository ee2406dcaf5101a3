import type { ActionsBlock } from '@slack/types';
import type { Context } from '../context.ts';
import type { Delivery } from '../outbox/index.ts';
import { actions, button } from '../slack/blocks.ts';
import { shorten } from '../slack/inline.ts';
import type { Message } from '../slack/message.ts';
import { sayMinutes } from '../templates/values.ts';
import { PHASE_NAMES } from '../upgrade/phase-names.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import {
  findLatestStatus,
  getUpgrade,
  type Issue,
  isOpen,
  keyOf,
  listIssues,
  type StatusLine,
  type Upgrade,
} from '../upgrade/store.ts';
import { deriveWindow, phaseAt } from '../upgrade/window.ts';
import { endsTooLate, onSilence } from './rules.ts';
import { type Advice, type Decision, findDecision, listAdvice } from './store.ts';

/** What a decision is judged by; read at the moment of drawing. */
export interface Evidence {
  issues: Issue[];
  status: StatusLine | undefined;
  advice: Advice[];
}

const SHOWN_ISSUES = 5;
const SHOWN_ADVICE = 8;
const SHOWN_CHARACTERS = 300;

/** The live message of a decision, by the number in its slot. */
export async function renderDecision(context: Context, delivery: Delivery): Promise<Message | undefined> {
  const decision = await findDecision(context.db, delivery.upgradeId, Number(delivery.slot));
  if (!decision) return undefined;
  return showAsItStands(context, await getUpgrade(context.db, delivery.teamId, delivery.upgradeId), decision);
}

export async function showAsItStands(
  context: Context,
  upgrade: Upgrade,
  decision: Decision,
): Promise<Message> {
  const evidence: Evidence = {
    issues: await listIssues(context.db, upgrade.id),
    status: await findLatestStatus(context.db, upgrade.id),
    advice: await listAdvice(context.db, decision.id),
  };
  return drawDecision(context, context.clock.now(), upgrade, decision, evidence);
}

/** The decision with its evidence; with its buttons while it is open, with its history for ever. */
export function drawDecision(
  { templates }: Pick<Context, 'templates'>,
  now: Date,
  upgrade: Upgrade,
  decision: Decision,
  evidence: Evidence,
): Message {
  const message = templates.render('rollback-decision', {
    ...factsOf(upgrade, decision, now),
    ...sayEvidence(evidence),
  });
  if (decision.state !== 'open') return message;
  return { ...message, blocks: [...message.blocks, ballot(upgrade.plan, decision)] };
}

/** What every message about a decision may need. */
export function factsOf(upgrade: Upgrade, decision: Decision, now: Date) {
  const { plan } = upgrade;
  const window = deriveWindow(plan, upgrade.startsAt);
  const { rollback, verification, communication } = plan.window.phases;
  const phase = phaseAt(window, now);
  return {
    ...decision,
    key: keyOf(upgrade),
    title: plan.upgrade,
    zone: plan.window.timezone,
    system: plan.system,
    from: plan.versions.from,
    room: plan.channels.room,
    lead: plan.people.lead,
    sponsor: plan.people.sponsor,
    deputy: plan.people.deputy,
    called: decision.escalatedAt ? 'deputy' : 'sponsor',
    deadline: decision.deadlineAt,
    finalDeadline: decision.finalDeadlineAt,
    onSilence: onSilence(plan),
    extension: plan.rollback.extension,
    dataLoss: plan.rollback.dataLoss ?? null,
    forwardOnly: plan.rollback.afterMigration === 'forward-only',
    rollbackMinutes: rollback,
    afterMinutes: verification + communication,
    phase: phase ? PHASE_NAMES[phase.name] : 'outside the planned window',
    pointOfNoReturn: window.pointOfNoReturn,
    pointOfNoReturnPassed: window.pointOfNoReturn <= now,
    endsTooLate: endsTooLate(decision, window) && window.pointOfNoReturn > now,
    history: historyOf(decision),
  };
}

function sayEvidence({ issues, status, advice }: Evidence) {
  const open = issues.filter(isOpen);
  const short = (text: string) => shorten(text, SHOWN_CHARACTERS);
  return {
    issueCount: open.length,
    issues: open.slice(0, SHOWN_ISSUES).map(({ number, text }) => ({ number, text: short(text) })),
    status: status ? { ...status, text: short(status.text) } : null,
    adviceCount: advice.length,
    advice: advice.slice(-SHOWN_ADVICE).map(({ by, text }) => ({ by, text: short(text) })),
  };
}

/** What happened after it was asked for, in the order of time. */
function historyOf(decision: Decision) {
  const { escalatedAt, extendedAt, extendedBy, decidedAt, decidedBy, state } = decision;
  return [
    { what: 'escalated', at: escalatedAt, by: null },
    { what: 'extended', at: extendedAt, by: extendedBy },
    { what: state, at: decidedAt, by: decidedBy },
  ]
    .filter((step): step is typeof step & { at: Date } => step.at !== null)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

function ballot(plan: ResolvedPlan, decision: Decision): ActionsBlock {
  const value = String(decision.id);
  const vote = (choice: string) => ({ actionId: `rollback.vote.${choice}`, value });
  const minutes = sayMinutes(plan.rollback.extension);
  return actions([
    button({ text: 'Roll back', style: 'danger', confirm: whatIsLost(plan), ...vote('roll_back') }),
    button({ text: 'Keep going', ...vote('keep_going') }),
    ...(decision.extendedAt ? [] : [button({ text: `More time (${minutes})`, ...vote('more_time') })]),
    button({ text: 'Advise', actionId: 'rollback.advise', value: String(decision.upgradeId) }),
  ]);
}

function whatIsLost({ rollback, window, versions, system }: ResolvedPlan) {
  const lost = rollback.dataLoss
    ? ` May be lost: ${rollback.dataLoss}`
    : ' The plan names no data that is lost.';
  return {
    title: 'Roll back?',
    text: `${system} ${versions.from} runs again after about ${sayMinutes(window.phases.rollback)}. This cannot be taken back.${lost}`,
    confirm: 'Roll back',
    deny: 'Not now',
  };
}
