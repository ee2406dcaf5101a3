import { type Demand, type Known, leftOut, type Part, stamp, toEach, withdrawn } from './demand.ts';

/** What is announced ahead of each window that was planned. */
export function notices({ life, key, measure }: Known): Demand[] {
  const { plan } = life;
  return life.revisions.flatMap((revision) =>
    plan.notices.flatMap(({ name, before }) => {
      const due = revision.start - before;
      const slot = `${revision.number}:${name}`;
      if (due < revision.plannedAt - measure.early || due > revision.until + measure.early) return [];
      const others = plan.notices.map((other) => revision.start - other.before).filter((at) => at > due);
      const overtaken = Math.min(revision.start, revision.until, ...others);
      const givenUp = (target: string) =>
        (leftOut(life, 'notice', slot, target) ?? 0) >= overtaken - measure.early &&
        measure.mayBeUnderWay(due, overtaken);
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

/** Who read before `at` that the window comes, or that it has begun; and who may have, or was just about to. */
export function told({ life, find, measure }: Known, at: number): Map<string, boolean> {
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
    const begun = find('notice.started', '1', target)?.at;
    if (begun !== undefined) read.push(begun);
    const before = read.some((one) => measure.stoodBy(one, at));
    if (before || wasDue) told.set(target, before);
  }
  return told;
}

/** Everybody with a role, once it is scheduled; of one that was called off or over at once, nobody need hear. */
export function roles({ life, key, measure }: Known): Demand[] {
  const [first] = life.revisions;
  if (!first) return [];
  const due = first.plannedAt;
  const end = Math.min(life.cancelledAt ?? Infinity, life.ended?.at ?? Infinity);
  return toEach(life.plan.roles, () => ({
    kind: 'role',
    slot: '1',
    due,
    says: new RegExp(`^${key}: in .* you are `),
    excuse: measure.mayBeUnderWay(due, end) ? 'it was called off at that time' : undefined,
  }));
}

/** Moved or called off: to those who were told of it or of their role, and to nobody else. */
export function changes(known: Known): Demand[] {
  const { life, key, measure } = known;
  const changed: { at: number; until?: number; kind: string; slot: string; says: RegExp }[] = life.moves.map(
    ({ at, revision }) => ({
      at,
      until: life.revisions[revision - 1]?.until,
      kind: 'notice.moved',
      slot: String(revision),
      says: new RegExp(`^${key}: .*has been moved[^]*${stamp(life.revisions[revision - 1]?.start ?? 0)}`),
    }),
  );
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
    const overtaken = (target: string) =>
      message.until !== undefined &&
      withdrawn(life, message.kind, message.slot, target) !== undefined &&
      measure.mayBeUnderWay(at, message.until);
    const knows = (target: string) => knowing.get(target) || readRole(known, target, at);
    return toEach([life.plan.room, ...knowing.keys(), ...life.plan.roles], (target) => ({
      ...message,
      due: at,
      excuse: overtaken(target)
        ? 'the window changed once more'
        : target === life.plan.room || knows(target)
          ? undefined
          : 'nothing was told before',
    }));
  });
}

function readRole({ find, measure }: Known, target: string, at: number): boolean {
  const read = find('role', '1', target)?.at;
  return read !== undefined && measure.stoodBy(read, at);
}

/** Whoever the plan affects may hear of it; who read of the window must. */
export function everybody(known: Known, at: number, part: Omit<Part, 'due'>): Demand[] {
  const { plan } = known.life;
  const knowing = told(known, at);
  return toEach([plan.room, ...plan.channels, ...plan.people], (target) => ({
    ...part,
    due: at,
    excuse: plan.people.includes(target) && !knowing.get(target) ? 'nothing was told before' : undefined,
  }));
}
