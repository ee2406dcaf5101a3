/** A message that must be there, once. */
export interface Expected {
  /** In a few words: `7d notice`. */
  what: string;
  /** As the recorder names it: `#sales`, `@arjun`, `@arjun in #sales`. */
  place: string;
  text: RegExp;
  /** When it must appear, by the sandbox's clock; never before. */
  due: Date;
  /** What it must say in the end, where it is edited in place. */
  finally?: RegExp;
}

export interface Said {
  at: Date;
  place: string;
  text: string;
  edits: readonly { text: string }[];
}

export interface Judgement<S extends Said> {
  met: { expected: Expected; seen: S }[];
  /** Messages that nobody asked for, or asked for once only. */
  leftOver: S[];
  /** In words; empty when all is as it must be. */
  problems: string[];
}

/** Half a second of rounding: Slack's time stamps and a row's instant are not kept to the same precision. */
const EARLY_MS = 500;

/**
 * Holds what was said against what must be said, one to one. A message that is missing, early, late, doubled, at the wrong
 * place or simply not asked for is a problem. `tolerance`: how late a message may be, in milliseconds of the sandbox's clock.
 */
export function judge<S extends Said>(expected: Expected[], said: S[], tolerance: number): Judgement<S> {
  const open = new Set(said);
  const met: Judgement<S>['met'] = [];
  const problems: string[] = [];
  const take = (one: Expected, seen: S) => {
    open.delete(seen);
    met.push({ expected: one, seen });
    problems.push(...wrongEnd(one, seen));
  };

  const waiting = inOrder(expected).filter((one) => {
    const seen = [...open].find((each) => fits(one, each) && isOnTime(one, each, tolerance));
    if (seen) take(one, seen);
    return !seen;
  });
  for (const one of waiting) {
    const seen = nearest(
      one,
      [...open].filter((each) => fits(one, each)),
    );
    if (seen) {
      take(one, seen);
      problems.push(`${offBy(one, seen)}: ${one.what} at ${one.place}, due ${one.due.toISOString()}`);
    } else {
      problems.push(`missing: ${one.what} at ${one.place}, due ${one.due.toISOString()}, like ${one.text}`);
    }
  }
  problems.push(...[...open].map((seen) => superfluous(seen, expected)));
  return { met, leftOver: [...open], problems };
}

const inOrder = (expected: Expected[]): Expected[] =>
  [...expected].sort((a, b) => a.due.getTime() - b.due.getTime());

const fits = (expected: Expected, seen: Said): boolean =>
  seen.place === expected.place && expected.text.test(seen.text);

const lateness = (expected: Expected, seen: Said): number => seen.at.getTime() - expected.due.getTime();

function isOnTime(expected: Expected, seen: Said, tolerance: number): boolean {
  const late = lateness(expected, seen);
  return late >= -EARLY_MS && late <= tolerance;
}

function nearest<S extends Said>(expected: Expected, candidates: S[]): S | undefined {
  const distance = (seen: S) => Math.abs(lateness(expected, seen));
  return candidates.sort((a, b) => distance(a) - distance(b))[0];
}

function offBy(expected: Expected, seen: Said): string {
  const late = lateness(expected, seen);
  return `${late < 0 ? 'early' : 'late'} by ${(Math.abs(late) / 60_000).toFixed(1)} min`;
}

function wrongEnd({ what, place, finally: end }: Expected, seen: Said): string[] {
  const last = seen.edits.at(-1)?.text ?? seen.text;
  if (!end || end.test(last)) return [];
  return [`wrong in the end: ${what} at ${place} says “${firstLine(last)}”, not ${end}`];
}

function superfluous(seen: Said, expected: Expected[]): string {
  const about = `“${firstLine(seen.text)}” at ${seen.place}, ${seen.at.toISOString()}`;
  const twin = expected.find((one) => fits(one, seen));
  if (twin) return `doubled: ${twin.what}: ${about}`;
  const known = expected.some((one) => one.place === seen.place);
  return known ? `not asked for: ${about}` : `to somebody who should hear nothing: ${about}`;
}

export const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
