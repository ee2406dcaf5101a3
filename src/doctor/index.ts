export { examineDatabase } from './database.ts';
export type { Finding } from './finding.ts';
export { examineQueue } from './queue.ts';
export { examineSlack } from './slack.ts';
