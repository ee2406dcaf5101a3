export { LATE_POLICY } from './late-policy.ts';
export { type Handler, handler, type Outcome, TimetableRunner } from './runner.ts';
export { cancelRows, listRows, planRows, type Row } from './store.ts';
