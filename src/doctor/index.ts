export { examineChannels } from './channels.ts';
export { examineClock } from './clock.ts';
export { examineDatabase } from './database.ts';
export type { Finding } from './finding.ts';
export { examineQueue } from './queue.ts';
export { examineSlack } from './slack.ts';
export { examineTemplates } from './templates.ts';
