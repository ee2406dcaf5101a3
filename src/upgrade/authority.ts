import type { Verb } from './lifecycle.ts';
import type { ResolvedPlan } from './plan/schema.ts';

export const ROLES = [
  'lead',
  'sponsor',
  'deputy',
  'communicator',
  'crisis_speaker',
  'operations',
  'consulted',
  'planner',
  'audience',
  'none',
] as const;
export type Role = (typeof ROLES)[number];

/** What Slack says about a person at the moment of the act. */
export interface Member {
  guest: boolean;
  bot: boolean;
  deactivated: boolean;
  /** Belongs to another organisation (Slack Connect). */
  foreign: boolean;
}

export type Permission = { allowed: true } | { allowed: false; why: string; whoCan: Role[] };

const PLAN_ROLES: Role[] = [
  'lead',
  'sponsor',
  'deputy',
  'communicator',
  'crisis_speaker',
  'operations',
  'consulted',
];

const ALLOWED: Record<Verb, readonly Role[]> = {
  plan: ['planner', 'lead'],
  schedule: ['lead', 'sponsor', 'planner'],
  reschedule: ['lead', 'sponsor'],
  cancel: ['lead', 'sponsor'],
  start: ['lead'],
  status: ['lead', 'communicator'],
  issue: ['lead', 'communicator', 'operations'],
  resolve: ['lead', 'communicator', 'operations'],
  ask_rollback: PLAN_ROLES,
  decide: ['sponsor', 'deputy'],
  verify: ['lead'],
  complete: ['lead'],
  rolled_back: ['lead'],
  close: ['lead', 'sponsor'],
  view: ROLES,
  answer_survey: ['audience'],
  resend: ['lead', 'communicator', 'operations'],
};

/** How a role is called in a sentence. */
export const ROLE_NAMES: Record<Role, string> = {
  lead: 'the upgrade lead',
  sponsor: 'the sponsor',
  deputy: 'the deputy sponsor',
  communicator: 'the communicator',
  crisis_speaker: 'the crisis speaker',
  operations: 'operations',
  consulted: 'those consulted',
  planner: 'whoever created the plan',
  audience: 'those invited',
  none: 'every full member of the organisation',
};

/**
 * Whether somebody with these roles may use the verb. `escalated` says that the sponsor let the deadline pass, so that
 * the deputy may decide too. For `answer_survey`, the role `audience` means: was invited.
 */
export function mayAct(request: {
  verb: Verb;
  roles: readonly Role[];
  member: Member;
  escalated?: boolean;
}): Permission {
  const whoCan = whoMay(request.verb, request.escalated ?? false);
  const barred = barredBecause(request.verb, request.member);
  if (barred) return { allowed: false, why: barred, whoCan };
  const roles: readonly Role[] = request.roles.length > 0 ? request.roles : ['none'];
  if (roles.some((role) => whoCan.includes(role))) return { allowed: true };
  return { allowed: false, why: `Only ${sayRoles(whoCan)} can do this.`, whoCan };
}

/** The roles that may use the verb, as things stand. */
export const whoMay = (verb: Verb, escalated: boolean): Role[] =>
  verb === 'decide' && !escalated ? ['sponsor'] : [...ALLOWED[verb]];

/** `the upgrade lead, the sponsor or the communicator`. */
export function sayRoles(roles: readonly Role[]): string {
  if (roles.includes('none')) return ROLE_NAMES.none;
  const names = roles.map((role) => ROLE_NAMES[role]);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** Every role a person holds; the audience is who was invited or told, and is known only to the caller. */
export function rolesOf(
  plan: Pick<ResolvedPlan, 'people'>,
  userId: string,
  more: { plannerId?: string; audience?: boolean } = {},
): Role[] {
  const { people } = plan;
  const held: Record<Role, boolean> = {
    lead: people.lead === userId,
    sponsor: people.sponsor === userId,
    deputy: people.deputy === userId,
    communicator: people.communicator === userId,
    crisis_speaker: people.crisisSpeaker === userId,
    operations: people.operations.includes(userId),
    consulted: people.consulted.includes(userId),
    planner: more.plannerId === userId,
    audience: more.audience ?? false,
    none: false,
  };
  const roles = ROLES.filter((role) => held[role]);
  return roles.length > 0 ? roles : ['none'];
}

function barredBecause(verb: Verb, member: Member): string | undefined {
  if (member.deactivated) return 'This account is deactivated, so it has no say in an upgrade.';
  if (member.bot) return 'A bot has no say in an upgrade; a person has to do this.';
  if (member.foreign) return 'People of another organisation have no say in an upgrade here.';
  if (member.guest && verb !== 'answer_survey') return 'Guests have no say in an upgrade.';
  return undefined;
}
