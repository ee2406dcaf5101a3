export type { Fact, Facts } from './facts.ts';
export { append, type Entry, getRecord } from './store.ts';
