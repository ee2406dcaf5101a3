export { type Handler, handler, type Outcome } from './decide.ts';
export { LATE_POLICY, OVERTAKEN } from './late-policy.ts';
export { TimetableRunner } from './runner.ts';
export { cancelRows, listRows, type NewRow, planRows, type Row } from './store.ts';
