import type { Actor, Context } from '../context.ts';
import { notAllowed } from '../errors.ts';
import { type Member, mayAct, sayRoles } from './authority.ts';
import { findMember } from './find-member.ts';

/** Lets every full member look at upgrades and plans; throws `not_allowed` for anybody else. */
export async function admitViewer(context: Context, actor: Actor): Promise<Member> {
  const member = await findMember(context, actor);
  const permission = mayAct({ verb: 'view', roles: ['none'], member });
  if (!permission.allowed) throw notAllowed(permission.why, `Ask ${sayRoles(['none'])}: they can.`);
  return member;
}
