import type { Problem } from '../../errors.ts';
import type { Plan, ResolvedPlan } from './schema.ts';

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
    const path = `${section}.${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    if (value === undefined) return [];
    if (typeof value === 'string') return [{ kind, path, written: value }];
    return value.map((written, index) => ({ kind, path: `${path}.${index}`, written }));
  });
}
