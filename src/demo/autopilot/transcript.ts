import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import { firstLine, type Judgement } from './oracle.ts';
import type { Seen } from './recorder.ts';

const ZONE = 'Europe/Berlin';
const WIDTH = 150;

interface Line {
  /** When the last of them came. */
  at: Date;
  due: Date | undefined;
  what: string;
  text: string;
  places: string[];
}

/** What was said, in order: when it was due and how late it came, to whom, and how it begins. Times of Berlin. */
export function transcribe({ met, leftOver }: Judgement<Seen>): string[] {
  const wanted = met.map(({ expected, seen }) => ({ seen, due: expected.due, what: expected.what }));
  const strays = leftOver.map((seen) => ({ seen, due: undefined, what: 'not asked for' }));
  const all = [...wanted, ...strays].sort((a, b) => a.seen.at.getTime() - b.seen.at.getTime());
  const lines: Line[] = [];
  for (const { seen, due, what } of all) {
    const text = firstLine(seen.text);
    const twin = lines.findLast(
      (line) => line.what === what && line.text === text && sameTime(line.due, due),
    );
    if (twin) {
      twin.places.push(seen.place);
      twin.at = seen.at;
    } else lines.push({ at: seen.at, due, what, text, places: [seen.place] });
  }
  return lines.map(sayLine);
}

function sayLine({ at, due, what, text, places }: Line): string {
  const late = due ? `+${Math.max(0, Math.round((at.getTime() - due.getTime()) / 1_000))} s` : '?';
  const planned = due ? format(new TZDate(due, ZONE), 'EEE dd MMM HH:mm') : '                ';
  const line = `${planned}  ${late.padStart(6)}  ${sayPlaces(places)}: [${what}] ${text}`;
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

function sayPlaces(places: string[]): string {
  const people = places.filter((place) => place.startsWith('@'));
  const channels = places.filter((place) => place.startsWith('#'));
  if (people.length < 4) return places.join(' ');
  return [...channels, `and ${people.length} people`].join(' ').replace(/^and /, '');
}

const sameTime = (a: Date | undefined, b: Date | undefined): boolean => a?.getTime() === b?.getTime();
