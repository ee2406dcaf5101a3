import type { Problem } from '../../errors.ts';
import { sameHands } from './checks.ts';
import { kebabCase, type Plan, type ResolvedPlan } from './schema.ts';

export type ReferenceKind = 'user' | 'channel' | 'group';

/** One mention of a person, channel or group in a plan; `path` as the YAML names it: `people.lead`, `audience.channels.0`. */
export interface Reference {
  kind: ReferenceKind;
  path: string;
  written: string;
}

export type FoundUser =
  | { id: string; guest: boolean; bot: boolean; deactivated: boolean; foreign: boolean }
  | undefined;
export type FoundChannel = { id: string; archived: boolean; botIsMember: boolean } | undefined;
export type FoundGroup = { id: string; disabled: boolean } | undefined;

/**
 * Looks names up in Slack; `undefined` when there is none. A user is given as e-mail, `@name` or id; a channel as
 * `#name` or id; a group as `@handle` or id. Throws when Slack cannot be asked.
 */
export interface Directory {
  user(written: string): Promise<FoundUser>;
  channel(written: string): Promise<FoundChannel>;
  group(written: string): Promise<FoundGroup>;
}

/** Where a path stands in the file, counted from 1. */
export type Locate = (path: string) => { line: number; column: number } | undefined;

export type Resolution =
  | { plan: ResolvedPlan; problems?: undefined }
  | { plan?: undefined; problems: Problem[] };

/** Every person, channel and group the plan names, in the order in which people read it. */
export function collectReferences(plan: Plan): Reference[] {
  const { people, channels, audience } = plan;
  return [
    ...referencesIn('user', 'people', people),
    ...referencesIn('channel', 'channels', channels),
    ...referencesIn('channel', 'audience', { channels: audience.channels }),
    ...referencesIn('group', 'audience', { groups: audience.groups }),
    ...referencesIn('user', 'audience', { users: audience.users }),
  ];
}

function referencesIn(
  kind: ReferenceKind,
  section: string,
  fields: Record<string, string | string[] | undefined>,
): Reference[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const path = `${section}.${kebabCase(key)}`;
    if (value === undefined) return [];
    if (typeof value === 'string') return [{ kind, path, written: value }];
    return value.map((written, index) => ({ kind, path: `${path}.${index}`, written }));
  });
}

/**
 * Turns every name into its Slack id, or says all at once which cannot be used and why. People who hold a role must be
 * active full members; the bot must be in every channel. Each name is looked up once.
 */
export async function resolveReferences(
  plan: Plan,
  directory: Directory,
  locate: Locate = () => undefined,
): Promise<Resolution> {
  const lookups = new Map<string, Promise<Finding>>();
  const lookUp = ({ kind, written }: Reference): Promise<Finding> => {
    const key = `${kind} ${written.toLowerCase()}`;
    const finding = lookups.get(key) ?? LOOK_UPS[kind](directory, written);
    lookups.set(key, finding);
    return finding;
  };

  const references = collectReferences(plan);
  const findings = await Promise.all(references.map(lookUp));
  const problems: Problem[] = [];
  const ids = new Map<string, string>();
  references.forEach(({ path, written }, index) => {
    const finding = findings[index];
    const fault = finding?.fault ?? (path.startsWith('people.') ? finding?.roleFault : undefined);
    if (fault) problems.push({ path, message: `${written} ${fault}` });
    else if (finding?.id) ids.set(path, finding.id);
  });
  const resolved = withIds(plan, ids);
  if (problems.length === 0) problems.push(...sameHands(resolved.people));
  if (problems.length > 0) return { problems: problems.map((p) => ({ ...p, ...locate(p.path ?? '') })) };
  return { plan: resolved };
}

interface Finding {
  id?: string;
  fault?: string;
  /** Why this person may be told, but hold no role. */
  roleFault?: string;
}

const LOOK_UPS: Record<ReferenceKind, (directory: Directory, written: string) => Promise<Finding>> = {
  async user(directory, written) {
    const user = await directory.user(written);
    if (!user)
      return { fault: 'is nobody in this workspace: check the spelling, or use the e-mail address.' };
    if (user.deactivated) return { id: user.id, fault: 'has a deactivated account: name somebody else.' };
    if (user.bot) return { id: user.id, fault: 'is a bot: name a person.' };
    const outsider = (user.foreign && 'belongs to another organisation') || (user.guest && 'is a guest here');
    return {
      id: user.id,
      roleFault: outsider ? `${outsider} and cannot hold a role: name a full member.` : undefined,
    };
  },
  async channel(directory, written) {
    const channel = await directory.channel(written);
    if (!channel) {
      return {
        fault:
          'is no channel that I can see: check the spelling; if it is private, type /invite @Watchbell in it.',
      };
    }
    if (channel.archived) return { fault: 'is archived: name another channel, or unarchive it.' };
    if (!channel.botIsMember) return { fault: 'does not have me in it yet: type /invite @Watchbell there.' };
    return { id: channel.id };
  },
  async group(directory, written) {
    const group = await directory.group(written);
    if (!group) return { fault: 'is no user group in this workspace: check the spelling of its @handle.' };
    return group.disabled ? { fault: 'is a disabled user group: name another.' } : { id: group.id };
  },
};

/** The plan with the id in place of each name; a list that names somebody twice keeps one. */
function withIds(plan: Plan, ids: ReadonlyMap<string, string>): ResolvedPlan {
  const replaced = <T extends object>(section: string, fields: T): T =>
    Object.fromEntries(
      Object.entries(fields).map(([key, value]: [string, string | string[] | undefined]) => {
        const id = (written: string, at = '') => ids.get(`${section}.${kebabCase(key)}${at}`) ?? written;
        if (value === undefined) return [key, value];
        if (typeof value === 'string') return [key, id(value)];
        return [key, [...new Set(value.map((written, index) => id(written, `.${index}`)))]];
      }),
    ) as T;
  return {
    ...plan,
    people: replaced('people', plan.people),
    channels: replaced('channels', plan.channels),
    audience: replaced('audience', plan.audience),
    resolved: true,
  };
}
