import type { SandboxState } from '../../../src/sandbox/index.ts';
import type { Seen } from '../observer.ts';
import { type Life, lastRevision, settledAt } from './life.ts';
import { DAY, MINUTE, workingMorning } from './plan.ts';
import type { Measure } from './verdict.ts';

/** A message that must be at a place, or may be, or must not be there before its time. */
export interface Demand {
  kind: string;
  slot: string;
  target: string;
  /** By the run's clock; never before it. */
  due: number;
  /** Undefined: it must be there. Otherwise why it need not be. */
  excuse?: string;
  /** What it says at first, and in the end. */
  says: RegExp;
  /** From then on it says what is not true any more. */
  until?: number;
  finally?: RegExp;
}

export interface Known {
  life: Life;
  key: string;
  slack: SandboxState;
  measure: Measure;
  /** The message of this kind and slot at this place. */
  find(kind: string, slot: string, target: string): Seen | undefined;
  /** Who answered the survey, or tried to. */
  answering: Set<string>;
}

type Part = Omit<Demand, 'target'>;
const toEach = (targets: Iterable<string>, part: (target: string) => Part): Demand[] =>
  [...new Set(targets)].map((target) => ({ ...part(target), target }));

/** Every message that the plan and what happened ask for. */
export const deriveDemands = (known: Known): Demand[] => [
  ...headline(known),
  ...notices(known),
  ...changes(known),
  ...progress(known),
  ...heartbeats(known),
  ...decisions(known),
  ...survey(known),
];

const stamp = (at: number): string => `<!date\\^${Math.floor(at / 1_000)}\\^`;

function headline({ life, key }: Known): Demand[] {
  const [first] = life.revisions;
  if (!first) return [];
  const end =
    life.cancelledAt !== undefined
      ? /Cancelled/
      : life.ended?.how === 'completed'
        ? /Completed|Closed/
        : /Rolled back/;
  return [
    {
      kind: 'headline',
      slot: 'room',
      target: life.plan.room,
      due: first.plannedAt,
      says: new RegExp(`^${key} `),
      finally: end,
    },
  ];
}

function notices({ life, key, measure }: Known): Demand[] {
  const { plan } = life;
  return life.revisions.flatMap((revision) =>
    plan.notices.flatMap(({ name, before }) => {
      const due = revision.start - before;
      const slot = `${revision.number}:${name}`;
      if (due < revision.plannedAt - measure.early) return [];
      const others = plan.notices.map((other) => revision.start - other.before).filter((at) => at > due);
      const overtaken = Math.min(revision.start, revision.until, ...others);
      const givenUp = (target: string) =>
        (leftOut(life, 'notice', slot, target) ?? 0) >= overtaken - measure.early;
      return toEach([...plan.channels, ...plan.people], (target) => ({
        kind: 'notice',
        slot,
        due,
        until: Math.min(revision.until, revision.start),
        says: new RegExp(`^${key}: [^]*${stamp(revision.start)}`),
        excuse:
          due < revision.plannedAt + measure.early
            ? 'it was due when it was planned'
            : measure.mayBeUnderWay(due, revision.until) && revision.until < Infinity
              ? 'the window changed at that time'
              : givenUp(target)
                ? 'it was overtaken'
                : undefined,
      }));
    }),
  );
}

/** Who read a notice before `at`, and who may have, or was just about to. */
function told({ life, find, measure }: Known, at: number): Map<string, boolean> {
  const told = new Map<string, boolean>();
  const notices = life.revisions.flatMap((revision) =>
    life.plan.notices.map(({ name, before }) => ({
      slot: `${revision.number}:${name}`,
      due: revision.start - before,
    })),
  );
  const wasDue = notices.some(({ due }) => due <= at + measure.early);
  for (const target of [...life.plan.channels, ...life.plan.people]) {
    const read = notices.flatMap(({ slot }) => find('notice', slot, target)?.at ?? []);
    const before = read.some((one) => one < at && measure.between(one, at) > 1_000);
    if (before || wasDue) told.set(target, before);
  }
  return told;
}

function changes(known: Known): Demand[] {
  const { life, key } = known;
  const changed = life.moves.map(({ at, revision }) => ({
    at,
    kind: 'notice.moved',
    slot: String(revision),
    says: new RegExp(`^${key}: .*has been moved[^]*${stamp(life.revisions[revision - 1]?.start ?? 0)}`),
  }));
  if (life.cancelledAt !== undefined && life.revisions.length > 0) {
    const slot = String(life.revisions.length);
    changed.push({
      at: life.cancelledAt,
      kind: 'notice.cancelled',
      slot,
      says: new RegExp(`^${key}: .*is cancelled`),
    });
  }
  return changed.flatMap(({ at, ...message }) => {
    const knowing = told(known, at);
    return toEach([life.plan.room, ...knowing.keys()], (target) => ({
      ...message,
      due: at,
      excuse: target === life.plan.room || knowing.get(target) ? undefined : 'nothing was told before',
    }));
  });
}

/** Whoever the plan affects may hear of it; who read a notice must. */
function everybody(known: Known, at: number, part: Omit<Part, 'due'>): Demand[] {
  const { plan } = known.life;
  const knowing = told(known, at);
  return toEach([plan.room, ...plan.channels, ...plan.people], (target) => ({
    ...part,
    due: at,
    excuse: plan.people.includes(target) && !knowing.get(target) ? 'nothing was told before' : undefined,
  }));
}

function progress(known: Known): Demand[] {
  const { life, key, measure } = known;
  const { startedAt, ended } = life;
  const demands: Demand[] = [];
  if (startedAt !== undefined)
    demands.push(
      ...everybody(known, startedAt, {
        kind: 'notice.started',
        slot: '1',
        says: new RegExp(`^${key}: .*has started`),
      }),
    );
  if (ended?.how === 'completed')
    demands.push(
      ...everybody(known, ended.at, { kind: 'notice.completed', slot: '1', says: /is available again/ }),
    );
  if (ended?.how === 'rolled_back')
    demands.push(
      ...everybody(known, ended.at, { kind: 'notice.rolled_back', slot: '1', says: /was rolled back/ }),
    );
  const window = lastRevision(life);
  if (startedAt !== undefined && window && ended) {
    const due = Math.max(startedAt, window.start + life.plan.length);
    const excuse = measure.mayBeUnderWay(due, ended.at) ? 'the work ended at that time' : undefined;
    if (ended.at > due - measure.early)
      demands.push({
        kind: 'window.end',
        slot: '1',
        target: life.plan.room,
        due,
        excuse,
        says: /the planned window/,
      });
  }
  return demands;
}

function heartbeats({ life, key, measure, find }: Known): Demand[] {
  const { startedAt, ended, plan } = life;
  if (startedAt === undefined) return [];
  const end = ended?.at ?? startedAt;
  const due = (slot: number) => startedAt + slot * plan.heartbeat;
  const slots = Array.from(
    { length: Math.ceil((end - startedAt) / plan.heartbeat) },
    (_, index) => index + 1,
  );
  const posted = slots.map((slot) => find('heartbeat', String(slot), plan.room));
  const covers = (slot: number) =>
    posted
      .slice(slot)
      .some(
        (one) => one && coveredBy(one.text, plan.heartbeat).some((at) => Math.abs(at - due(slot)) < 60_000),
      );
  const lead = Math.min(5 * MINUTE, Math.floor(plan.heartbeat / MINUTE / 2) * MINUTE);
  const underWay = (at: number) =>
    measure.mayBeUnderWay(at, end) ? 'the work ended at that time' : undefined;
  return slots.flatMap((slot): Demand[] => {
    const asked = due(slot) - lead;
    const later = posted.slice(slot).some((one) => one !== undefined);
    const replaced = later && leftOut(life, 'heartbeat', String(slot)) !== undefined;
    const missed = covers(slot) || replaced ? 'a later one takes its place' : undefined;
    const useless =
      (leftOut(life, 'heartbeat.ask', String(slot)) ?? 0) >=
      Math.min(due(slot), asked + 5 * MINUTE) - measure.early;
    const unplanned = slot > 1 && posted[slot - 2] === undefined;
    return [
      {
        kind: 'heartbeat',
        slot: String(slot),
        target: plan.room,
        due: due(slot),
        excuse: missed ?? (later ? undefined : underWay(due(slot))),
        says: new RegExp(
          `^${key}: .* is (in progress|being verified|being rolled back)[^]*Next update: ${stamp(due(slot + 1))}`,
        ),
      },
      {
        kind: 'heartbeat.ask',
        slot: String(slot),
        target: plan.communicator,
        due: asked,
        excuse:
          useless || missed
            ? 'its heartbeat was due'
            : unplanned
              ? 'the heartbeat before was missed'
              : underWay(asked),
        says: new RegExp(`^${key}: your status line for the update at ${stamp(due(slot))}`),
      },
    ];
  });
}

/** When it was left out, as a row or as a message to this target, as the record has it. */
function leftOut({ entries }: Life, kind: string, slot: string, target?: string): number | undefined {
  return entries.find(
    ({ fact, data }) =>
      data.kind === kind &&
      data.slot === slot &&
      (fact === 'timetable.skipped' ||
        (fact === 'message.withdrawn' && (target === undefined || data.target === target))),
  )?.at;
}

/** The instants of the updates that this one says were missed. */
export function coveredBy(text: string, interval: number): number[] {
  const said =
    /and (?:the update of|\d+ updates) ?\(?<!date\^(\d+)[^>]*>(?: to <!date\^(\d+)[^>]*>\))? w/.exec(text);
  if (!said) return [];
  const [first, last] = [Number(said[1]) * 1_000, Number(said[2] ?? said[1]) * 1_000];
  return Array.from(
    { length: Math.round((last - first) / interval) + 1 },
    (_, index) => first + index * interval,
  );
}

function decisions(known: Known): Demand[] {
  const { life, key } = known;
  const { room, sponsor, deputy } = life.plan;
  return life.decisions.flatMap((decision): Demand[] => {
    const slot = String(decision.number);
    const { decided, escalatedAt, askedAt } = decision;
    const end = decided
      ? new RegExp(`decided, ${decided.choice === 'roll_back' ? 'roll back' : 'keep going'}`)
      : /no rollback decision needed/;
    const live = {
      kind: 'decision',
      slot,
      says: new RegExp(`^${key}: (roll back or keep going|decided|no rollback)`),
      finally: end,
    };
    const demands: Demand[] = [room, sponsor].map((target) => ({ ...live, target, due: askedAt }));
    if (escalatedAt !== undefined) {
      demands.push({ ...live, target: deputy, due: escalatedAt });
      demands.push({
        kind: 'rollback.escalated',
        slot,
        target: room,
        due: escalatedAt,
        says: /deputy sponsor, please decide/,
      });
    }
    const told = { kind: 'notice.decided', slot };
    if (decided?.choice === 'keep_going')
      demands.push({ ...told, target: room, due: decided.at, says: /the upgrade goes on/ });
    if (decided?.choice === 'roll_back') {
      demands.push(...everybody(known, decided.at, { ...told, says: /is being rolled back/ }));
      demands.push({
        kind: 'rollback.steps',
        slot,
        target: room,
        due: decided.at,
        says: new RegExp(`^${key}: rolling back`),
      });
    }
    return settledAt(decision) === undefined
      ? demands.map((demand) => ({ ...demand, finally: undefined }))
      : demands;
  });
}

const NUDGE_AFTER = 3;
const OPEN_MS = 7 * 24 * 60 * MINUTE;

function survey({ life, key, slack, answering }: Known): Demand[] {
  const { plan, ended } = life;
  if (ended?.how !== 'completed' || plan.survey === undefined || plan.surveyed.length === 0) return [];
  const days = plan.survey;
  const people = plan.surveyed.map((target) => {
    const zone = slack.user(target)?.tz ?? 'UTC';
    const invited = workingMorning(ended.at, days, zone);
    return { target, invited, nudged: workingMorning(invited, NUDGE_AFTER, zone) };
  });
  const tooLate = (target: string, due: number) =>
    [due, 'survey'].some(
      (slot) =>
        (leftOut(
          life,
          'survey.nudge',
          typeof slot === 'number' ? new Date(slot).toISOString() : slot,
          target,
        ) ?? 0) >=
        due + DAY,
    );
  const closed = Math.max(...people.map(({ invited }) => invited)) + OPEN_MS;
  return [
    ...people.map(({ target, invited }) => ({
      kind: 'survey',
      slot: 'survey',
      target,
      due: invited,
      says: /: how is |: thank you/,
    })),
    ...people.map(({ target, nudged }) => ({
      kind: 'survey.nudge',
      slot: 'survey',
      target,
      due: nudged,
      excuse: answering.has(target)
        ? 'they may have answered'
        : tooLate(target, nudged)
          ? 'the morning was over'
          : undefined,
      says: /is still missing/,
    })),
    {
      kind: 'survey.results',
      slot: 'survey',
      target: plan.room,
      due: closed,
      says: new RegExp(`^${key}: what people say`),
    },
  ];
}
