export const STATES = [
  'draft',
  'scheduled',
  'in_progress',
  'verifying',
  'rolling_back',
  'rolled_back',
  'completed',
  'closed',
  'cancelled',
] as const;
export type State = (typeof STATES)[number];

export const VERBS = [
  'plan',
  'schedule',
  'reschedule',
  'cancel',
  'start',
  'status',
  'issue',
  'resolve',
  'ask_rollback',
  'decide',
  'verify',
  'complete',
  'rolled_back',
  'close',
  'view',
  'answer_survey',
  'resend',
] as const;
export type Verb = (typeof VERBS)[number];

/** What a rollback decision ends in. */
export type RollbackChoice = 'roll_back' | 'keep_going' | 'more_time';

export type Transition = { to: State } | { refusal: string; next: string };

interface Rule {
  from: readonly State[];
  /** Absent: the state stays. */
  to?: State;
  /** What cannot be done, as a refusal says it: "UP-2 is completed, so …". */
  cannot: string;
}

/** The states in which the work has begun and has not ended. */
export const RUNNING: readonly State[] = ['in_progress', 'verifying', 'rolling_back'];
const UNDECIDED: readonly State[] = ['in_progress', 'verifying'];

const RULES: Record<Verb, Rule> = {
  plan: { from: ['draft'], cannot: 'its plan can no longer be edited' },
  schedule: { from: ['draft'], to: 'scheduled', cannot: 'it cannot be scheduled' },
  reschedule: { from: ['scheduled'], cannot: 'it cannot be moved to another time' },
  cancel: { from: ['draft', 'scheduled'], to: 'cancelled', cannot: 'it cannot be cancelled' },
  start: { from: ['scheduled'], to: 'in_progress', cannot: 'it cannot be started' },
  status: { from: RUNNING, cannot: 'there is no work to report on' },
  issue: { from: RUNNING, cannot: 'no issue can be reported on it' },
  resolve: { from: RUNNING, cannot: 'no issue can be resolved in it' },
  ask_rollback: { from: UNDECIDED, cannot: 'no rollback decision can be asked for' },
  decide: { from: UNDECIDED, cannot: 'there is no rollback to decide on' },
  verify: { from: ['in_progress'], to: 'verifying', cannot: 'its verification cannot begin' },
  complete: { from: ['verifying'], to: 'completed', cannot: 'it cannot be completed' },
  rolled_back: { from: ['rolling_back'], to: 'rolled_back', cannot: 'no rollback can be finished' },
  close: { from: ['completed', 'rolled_back'], to: 'closed', cannot: 'it cannot be closed' },
  view: { from: STATES, cannot: 'it cannot be shown' },
  answer_survey: { from: ['completed', 'closed'], cannot: 'its survey cannot be answered' },
  resend: { from: STATES, cannot: 'nothing can be sent again' },
};

/** How a state is called in a sentence: "UP-2 is …". */
export const STATE_NAMES: Record<State, string> = {
  draft: 'a draft',
  scheduled: 'scheduled',
  in_progress: 'in progress',
  verifying: 'being verified',
  rolling_back: 'being rolled back',
  rolled_back: 'rolled back',
  completed: 'completed',
  closed: 'closed',
  cancelled: 'cancelled',
};

/** What can be done instead, as plain text. */
const WHAT_NEXT: Record<State, (key: string) => string> = {
  draft: (key) => `Finish the plan, then schedule it with /upgrade schedule ${key}.`,
  scheduled: (key) =>
    `Move it with /upgrade reschedule ${key}; from 15 minutes before its start, begin with /upgrade start ${key}.`,
  in_progress: (key) =>
    `Report with /upgrade status ${key}; when the technical work is done, use /upgrade done ${key}.`,
  verifying: (key) =>
    `When the acceptance checks pass, use /upgrade done ${key}; otherwise /upgrade rollback ${key}.`,
  rolling_back: (key) => `When the old version runs again, use /upgrade done ${key}.`,
  rolled_back: (key) =>
    `See /upgrade record ${key} for what happened; plan the next attempt with /upgrade new.`,
  completed: (key) =>
    `See /upgrade record ${key}; close it with /upgrade close ${key} when it has been stable for its monitoring time.`,
  closed: (key) => `See /upgrade record ${key}; plan another one with /upgrade new.`,
  cancelled: () => 'Plan it anew with /upgrade new.',
};

/** Whether `verb` may follow the state, and where it leads; `choice` belongs to `decide` alone. `key` names it in a refusal. */
export function decideTransition(
  { key, state }: { key: string; state: State },
  verb: Verb,
  choice?: RollbackChoice,
): Transition {
  const rule = RULES[verb];
  if (mayFollow(state, verb)) {
    return { to: verb === 'decide' && choice === 'roll_back' ? 'rolling_back' : (rule.to ?? state) };
  }
  const why = rule.to === state ? ' already' : `, so ${rule.cannot}`;
  return { refusal: `${key} is ${STATE_NAMES[state]}${why}.`, next: WHAT_NEXT[state](key) };
}

export const mayFollow = (state: State, verb: Verb): boolean => RULES[verb].from.includes(state);

export const isRunning = ({ state }: { state: State }): boolean => RUNNING.includes(state);

/** Every verb that may follow `state`, in the order of the lifecycle. */
export const verbsFrom = (state: State): Verb[] => VERBS.filter((verb) => mayFollow(state, verb));
