export { append, appendAll } from './append.ts';
export type { Fact, Facts } from './facts.ts';
export { type Follower, follow, followAll, followTogether, indexFollowers } from './follow.ts';
export { nameUpgrade, nameUpgrades } from './name-upgrade.ts';
export { type Entry, getRecord } from './store.ts';
