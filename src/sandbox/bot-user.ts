import type { AppManifest, Team, User } from './model.ts';

export const slackbotId = 'USLACKBOT';
export const botId = 'BWATCHBELL';
export const appId = 'AWATCHBELL';

/** The user as which the app posts. */
export const botUser = (team: Team, manifest: AppManifest): User => ({
  id: 'UWATCHBELL',
  team_id: team.id,
  name: manifest.botDisplayName.toLowerCase(),
  real_name: manifest.botDisplayName,
  email: '',
  title: '',
  tz: 'Europe/Berlin',
  locale: 'en-US',
  deleted: false,
  is_bot: true,
  is_restricted: false,
});
