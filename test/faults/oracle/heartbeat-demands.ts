import type { Seen } from '../observer.ts';
import { type Demand, type Known, leftOut, stamp, withdrawn } from './demand.ts';
import { MINUTE } from './plan.ts';

/** A heartbeat for each slot, or a later one that makes up for it; and the question ahead of each. */
export function heartbeats(known: Known): Demand[] {
  const { life, key, measure, find } = known;
  const { startedAt, ended, plan } = life;
  if (startedAt === undefined) return [];
  const end = ended?.at ?? startedAt;
  const beats = readBeats(startedAt, end, plan.heartbeat, (slot) => find('heartbeat', slot, plan.room));
  const lead = Math.min(5 * MINUTE, Math.floor(plan.heartbeat / MINUTE / 2) * MINUTE);
  const underWay = (at: number) =>
    measure.mayBeUnderWay(at, end) ? 'the work ended at that time' : undefined;
  const demands = beats.flatMap((beat): Demand[] => {
    const { slot, due, later } = beat;
    const asked = due - lead;
    const missed = madeUpFor(known, beats, beat) ? 'a later one takes its place' : undefined;
    return [
      {
        kind: 'heartbeat',
        slot: String(slot),
        target: plan.room,
        due,
        excuse: missed ?? (later.length > 0 ? undefined : underWay(due)),
        says: new RegExp(
          `(^|\\n)${key}: .* is (in progress|being verified|being rolled back)[^]*Next update: ${stamp(due + plan.heartbeat)}`,
        ),
      },
      {
        kind: 'heartbeat.ask',
        slot: String(slot),
        target: plan.communicator,
        due: asked,
        excuse: uselessAsk(known, beats, { slot, asked, due }) ?? underWay(asked),
        says: new RegExp(`^${key}: your status line for the update at ${stamp(due)}`),
      },
    ];
  });
  return demands.filter(({ due }) => due <= end + measure.early);
}

interface Beat {
  slot: number;
  due: number;
  seen: Seen | undefined;
  /** Those that were posted of the slots after it. */
  later: Seen[];
}

function readBeats(
  startedAt: number,
  end: number,
  interval: number,
  find: (slot: string) => Seen | undefined,
): Beat[] {
  const slots = Array.from({ length: Math.ceil((end - startedAt) / interval) }, (_, index) => index + 1);
  const posted = slots.map((slot) => find(String(slot)));
  return slots.map((slot) => ({
    slot,
    due: startedAt + slot * interval,
    seen: posted[slot - 1],
    later: posted.slice(slot).filter((one) => one !== undefined),
  }));
}

/** Left out for a later one that says so; only where it could not go out before the next one was due. */
function madeUpFor({ life, measure }: Known, beats: Beat[], { slot, due, later }: Beat): boolean {
  const { heartbeat } = life.plan;
  if (!measure.mayBeUnderWay(due, due + heartbeat)) return false;
  const isTheInstant = (at: number) => Math.abs(at - due) < 60_000;
  if (later.some(({ text }) => coveredBy(text, heartbeat).some(isTheInstant))) return true;
  const replaced = (one: number) => {
    const [next] = beats[one - 1]?.later ?? [];
    return (
      withdrawn(life, 'heartbeat', String(one)) !== undefined && /could not be sent/.test(next?.text ?? '')
    );
  };
  if (replaced(slot)) return true;
  // The one that made up for it was itself replaced by a later one.
  return life.entries.some(({ fact, data }) => {
    if (fact !== 'heartbeat.missed') return false;
    const [first, last] = [Date.parse(String(data.first)), Date.parse(String(data.last))];
    const next = slot + Math.round((last - due) / heartbeat) + 1;
    return due >= first - 1_000 && due <= last + 1_000 && replaced(next);
  });
}

/** Nobody is asked for a line whose heartbeat is due, or was never planned because the one before could not go out in time. */
function uselessAsk(
  { life, measure }: Known,
  beats: Beat[],
  { slot, asked, due }: { slot: number; asked: number; due: number },
): string | undefined {
  const useless = Math.min(due, asked + 5 * MINUTE);
  const left = leftOut(life, 'heartbeat.ask', String(slot)) ?? 0;
  if (left >= useless - measure.early && measure.mayBeUnderWay(asked, useless))
    return 'its heartbeat was due';
  const before = beats[slot - 2];
  return before && !before.seen && measure.mayBeUnderWay(before.due, due)
    ? 'the heartbeat before was missed'
    : undefined;
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
