export { appendAll } from './append-all.ts';
export type { Fact, Facts } from './facts.ts';
export { type Follower, follow, followAll, indexFollowers } from './follow.ts';
export { nameUpgrade } from './name-upgrade.ts';
export { append, type Entry, getRecord } from './store.ts';
