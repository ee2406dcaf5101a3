import { type Demand, type Known, leftOut, stamp, toEach, withdrawn } from './demand.ts';
import type { Revision } from './life.ts';
import { told } from './notice-demands.ts';
import { MINUTE } from './plan.ts';

/** The start to everybody whom the plan affects; and that it has not come, where nobody starts it in time. */
export const starts = (known: Known): Demand[] => [
  ...started(known),
  ...known.life.revisions.flatMap((revision) => [...awaited(known, revision), ...overdue(known, revision)]),
];

/** Also to people whom no notice reached. */
function started({ life, key, measure }: Known): Demand[] {
  const { plan, startedAt, ended } = life;
  if (startedAt === undefined) return [];
  const over = ended !== undefined && measure.mayBeUnderWay(startedAt, ended.at);
  // A channel is known from the beginning: what is left out there stands on the record.
  const mayBeMissing = (target: string) =>
    over && (plan.people.includes(target) || withdrawn(life, 'notice.started', '1', target) !== undefined);
  return toEach([plan.room, ...plan.channels, ...plan.people], (target) => ({
    kind: 'notice.started',
    slot: '1',
    due: startedAt,
    says: new RegExp(`^${key}: .*has started`),
    excuse: mayBeMissing(target) ? 'the work ended at that time' : undefined,
  }));
}

const OVERDUE = 30 * MINUTE;

function awaited({ life, key, measure }: Known, { number, start, until }: Revision): Demand[] {
  const due = start + 5 * MINUTE;
  const slot = String(number);
  if (until <= due - measure.early) return [];
  const called =
    (leftOut(life, 'start.awaited', slot) ?? 0) >= start + OVERDUE - measure.early &&
    measure.mayBeUnderWay(due, start + OVERDUE);
  return toEach([life.plan.room], () => ({
    kind: 'start.awaited',
    slot,
    due,
    until,
    says: new RegExp(`^${key}: .* has not started[^]*${stamp(start)}`),
    excuse: excuseAt(measure, due, until) ?? (called ? 'the sponsor was called' : undefined),
  }));
}

function overdue(known: Known, { number, start, until }: Revision): Demand[] {
  const { life, key, measure } = known;
  const due = start + OVERDUE;
  if (until <= due - measure.early) return [];
  const excuse = excuseAt(measure, due, until);
  const common = { slot: String(number), due, until, excuse };
  const knowing = told(known, due);
  const asked = toEach([life.plan.room], () => ({
    ...common,
    kind: 'start.overdue',
    says: new RegExp(`^${key}: .* has not started[^]*${stamp(start)}`),
  }));
  const others = [...knowing.keys()].filter((target) => target !== life.plan.room);
  const heard = toEach(others, (target) => ({
    ...common,
    kind: 'notice.not_started',
    says: new RegExp(`^${key}: .* has not started yet[^]*${stamp(start)}`),
    excuse: excuse ?? (knowing.get(target) ? undefined : 'nothing was told before'),
  }));
  return [...asked, ...heard];
}

const excuseAt = (measure: Known['measure'], due: number, until: number): string | undefined =>
  until < Infinity && measure.mayBeUnderWay(due, until) ? 'the window changed at that time' : undefined;
