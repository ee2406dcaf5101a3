/** Who holds each role in the shipped plan of the CRM migration; the planner is whoever made the draft. */
export const PEOPLE_BY_ROLE: Record<string, string> = {
  lead: 'dana',
  sponsor: 'priya',
  deputy: 'sam',
  communicator: 'uma',
  crisis_speaker: 'carl',
  operations: 'olga',
  consulted: 'petra',
  planner: 'ines',
  audience: 'emma',
  none: 'mia',
  guest: 'guest',
  deactivated: 'gone',
  bot: 'buildbot',
  foreign: 'xavier',
};

export const OUTSIDERS = ['guest', 'gone', 'buildbot', 'xavier'];
