import type { Entry } from '../evidence.ts';
import type { Plan } from './plan.ts';

export type State =
  | 'draft'
  | 'scheduled'
  | 'in_progress'
  | 'verifying'
  | 'rolling_back'
  | 'rolled_back'
  | 'completed'
  | 'closed'
  | 'cancelled';

/** How an upgrade stood from one entry of its record until the next. */
export interface Moment {
  from: number;
  until: number;
  state: State;
  /** The start as planned then. */
  start: number;
  /** The number of the open decision. */
  open: number | undefined;
  escalated: boolean;
  extended: boolean;
  /** Open issues by number. */
  issues: number[];
}

const LEADS_TO: Partial<Record<string, State>> = {
  'upgrade.scheduled': 'scheduled',
  'upgrade.cancelled': 'cancelled',
  'upgrade.started': 'in_progress',
  'upgrade.verifying': 'verifying',
  'upgrade.completed': 'completed',
  'upgrade.rolled_back': 'rolled_back',
  'upgrade.closed': 'closed',
};

/** One more than there are entries: the first is before all of them. In the order of their ids, without any clock. */
export function momentsOf(plan: Plan, entries: readonly Entry[]): Moment[] {
  const first: Moment = {
    from: -Infinity,
    until: Infinity,
    state: 'draft',
    start: plan.start,
    open: undefined,
    escalated: false,
    extended: false,
    issues: [],
  };
  const moments = [first];
  for (const entry of entries) {
    const before = moments.at(-1) ?? first;
    before.until = entry.at;
    moments.push({ ...before, ...changeBy(entry, before), from: entry.at, until: Infinity });
  }
  return moments;
}

function changeBy({ fact, data }: Entry, { issues, state }: Moment): Partial<Moment> {
  const number = Number(data.number);
  switch (fact) {
    case 'upgrade.rescheduled':
      return { start: Date.parse(String(data.to)) };
    case 'issue.opened':
      return { issues: [...issues, number] };
    case 'issue.resolved':
      return { issues: issues.filter((one) => one !== number) };
    case 'rollback.asked':
      return { open: number, escalated: false, extended: false };
    case 'rollback.escalated':
      return { escalated: true };
    case 'rollback.extended':
      return { extended: true };
    case 'rollback.decided':
      return { open: undefined, state: data.choice === 'roll_back' ? 'rolling_back' : state };
    default: {
      const to = LEADS_TO[fact];
      return to ? { state: to } : {};
    }
  }
}

const RUNNING: State[] = ['in_progress', 'verifying', 'rolling_back'];
const UNDECIDED: State[] = ['in_progress', 'verifying'];
const always = () => true;
const isOpen = ({ open }: Moment, { data }: Entry) => open === data.number;

/** From which state each fact may follow, and on what else it hangs. */
const FOLLOWS: Record<string, [from: State[], also?: (before: Moment, entry: Entry) => boolean]> = {
  'upgrade.edited': [['draft']],
  'upgrade.scheduled': [['draft']],
  'upgrade.rescheduled': [['scheduled']],
  'upgrade.cancelled': [['draft', 'scheduled']],
  'upgrade.started': [['scheduled']],
  'upgrade.verifying': [['in_progress']],
  'upgrade.completed': [['verifying'], ({ open }) => open === undefined],
  'upgrade.rolled_back': [['rolling_back']],
  'upgrade.closed': [['completed', 'rolled_back']],
  'status.reported': [RUNNING],
  'issue.opened': [RUNNING],
  'issue.resolved': [RUNNING, ({ issues }, { data }) => issues.includes(Number(data.number))],
  'rollback.asked': [UNDECIDED, ({ open }) => open === undefined],
  'rollback.advised': [UNDECIDED, isOpen],
  'rollback.escalated': [UNDECIDED, (before, entry) => isOpen(before, entry) && !before.escalated],
  'rollback.extended': [UNDECIDED, (before, entry) => isOpen(before, entry) && !before.extended],
  'rollback.decided': [UNDECIDED, isOpen],
};

/** Whether this fact can follow upon how the upgrade stood just before. */
export function canFollow(before: Moment, entry: Entry): boolean {
  const rule = FOLLOWS[entry.fact];
  if (!rule) return true;
  const [from, also = always] = rule;
  return from.includes(before.state) && also(before, entry);
}
