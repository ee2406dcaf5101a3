import { type Demand, type Known, leftOut, stamp } from './demand.ts';
import { MINUTE } from './plan.ts';

/** A heartbeat for each slot, or a later one that makes up for it; and the question ahead of each. */
export function heartbeats({ life, key, measure, find }: Known): Demand[] {
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
  /** The one that made up for it was itself replaced by a later one. */
  const withTheReplaced = (slot: number) =>
    life.entries.some(({ fact, data }) => {
      if (fact !== 'heartbeat.missed') return false;
      const [first, last] = [Date.parse(String(data.first)), Date.parse(String(data.last))];
      const next = Math.round((last - startedAt) / plan.heartbeat) + 1;
      const isAmong = due(slot) >= first - 1_000 && due(slot) <= last + 1_000;
      return (
        isAmong && leftOut(life, 'heartbeat', String(next)) !== undefined && posted.slice(next).some(Boolean)
      );
    });
  return slots.flatMap((slot): Demand[] => {
    const asked = due(slot) - lead;
    const later = posted.slice(slot).some((one) => one !== undefined);
    const replaced = later && leftOut(life, 'heartbeat', String(slot)) !== undefined;
    const missed =
      covers(slot) || replaced || withTheReplaced(slot) ? 'a later one takes its place' : undefined;
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
          `(^|\\n)${key}: .* is (in progress|being verified|being rolled back)[^]*Next update: ${stamp(due(slot + 1))}`,
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

/** The instants of the updates that this one says were missed. */
function coveredBy(text: string, interval: number): number[] {
  const said =
    /and (?:the update of|\d+ updates) ?\(?<!date\^(\d+)[^>]*>(?: to <!date\^(\d+)[^>]*>\))? w/.exec(text);
  if (!said) return [];
  const [first, last] = [Number(said[1]) * 1_000, Number(said[2] ?? said[1]) * 1_000];
  return Array.from(
    { length: Math.round((last - first) / interval) + 1 },
    (_, index) => first + index * interval,
  );
}
