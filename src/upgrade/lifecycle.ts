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
  /** What the verb does, as a refusal says it: "An upgrade that is completed cannot be …". */
  done: string;
}

const RUNNING = ['in_progress', 'verifying', 'rolling_back'] as const;
const UNDECIDED = ['in_progress', 'verifying'] as const;

const RULES: Record<Verb, Rule> = {
  plan: { from: ['draft'], done: 'edited' },
  schedule: { from: ['draft'], to: 'scheduled', done: 'scheduled' },
  reschedule: { from: ['scheduled'], done: 'moved to another time' },
  cancel: { from: ['draft', 'scheduled'], to: 'cancelled', done: 'cancelled' },
  start: { from: ['scheduled'], to: 'in_progress', done: 'started' },
  status: { from: RUNNING, done: 'given a status line' },
  issue: { from: RUNNING, done: 'given an issue' },
  resolve: { from: RUNNING, done: 'relieved of an issue' },
  ask_rollback: { from: UNDECIDED, done: 'put to a rollback decision' },
  decide: { from: UNDECIDED, done: 'decided on' },
  verify: { from: ['in_progress'], to: 'verifying', done: 'handed over to verification' },
  complete: { from: ['verifying'], to: 'completed', done: 'completed' },
  rolled_back: { from: ['rolling_back'], to: 'rolled_back', done: 'reported as rolled back' },
  close: { from: ['completed', 'rolled_back'], to: 'closed', done: 'closed' },
  view: { from: STATES, done: 'shown' },
  answer_survey: { from: ['completed', 'closed'], done: 'surveyed' },
  resend: { from: STATES, done: 'told of again' },
};

/** How a state is called in a sentence: "the upgrade is …". */
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

const WHAT_NEXT: Record<State, string> = {
  draft: 'Finish the plan and schedule it with `/upgrade schedule`.',
  scheduled: 'Start it with `/upgrade start`, or move it with `/upgrade reschedule`.',
  in_progress: 'Report with `/upgrade status`; when the technical work is done, use `/upgrade done`.',
  verifying: 'When the acceptance checks pass, use `/upgrade done`; otherwise `/upgrade rollback`.',
  rolling_back: 'When the old version runs again, use `/upgrade done`.',
  rolled_back: 'See `/upgrade record` for what happened; plan the next attempt with `/upgrade new`.',
  completed: 'See `/upgrade record`; close it when it has been stable for its monitoring time.',
  closed: 'See `/upgrade record`; plan another one with `/upgrade new`.',
  cancelled: 'Plan it anew with `/upgrade new`.',
};

/** Whether `verb` may follow `state`, and where it leads; `choice` belongs to `decide` alone. */
export function decideTransition(state: State, verb: Verb, choice?: RollbackChoice): Transition {
  const rule = RULES[verb];
  if (!rule.from.includes(state)) {
    return {
      refusal: `This upgrade is ${STATE_NAMES[state]}, so it cannot be ${rule.done}.`,
      next: WHAT_NEXT[state],
    };
  }
  if (verb === 'decide' && choice === 'roll_back') return { to: 'rolling_back' };
  return { to: rule.to ?? state };
}

/** Every verb that may follow `state`, in the order of the lifecycle. */
export const verbsFrom = (state: State): Verb[] => VERBS.filter((verb) => RULES[verb].from.includes(state));
