import type { SandboxState, User } from '../../model.ts';

/** Who looks, when, and whose names they know: rendering needs nothing else. */
export interface Viewpoint {
  viewer: User;
  /** Sandbox time. */
  now: Date;
  directory: Pick<SandboxState, 'users' | 'channels' | 'user' | 'channel' | 'group' | 'file'>;
}

/** The page's texts are English; the viewer's locale decides between 12 and 24 hours and the order of dates. */
export function localeOf(viewer: Pick<User, 'locale'>): string {
  return viewer.locale.startsWith('en') ? viewer.locale.replace('_', '-') : 'en-GB';
}

/** Names as Slack's client shows them, without `@` or `#`. */
export function personName(viewpoint: Viewpoint, id: string): string {
  if (id === 'USLACKBOT') return 'Slackbot';
  return viewpoint.directory.user(id)?.real_name ?? id;
}

export const channelAddress = (viewer: string, channel: string): string => `/as/${viewer}/${channel}`;

export const fileAddress = (viewer: string, file: string): string => `/sandbox/as/${viewer}/files/${file}`;
