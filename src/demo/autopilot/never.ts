import type { ApiCall } from '../../sandbox/index.ts';
import { firstLine } from './oracle.ts';
import { type Seen, wordingOf } from './recorder.ts';

/** Something that must never be said, of all that was said. */
export interface Never {
  what: string;
  breaks(seen: Seen): boolean;
}

/** What holds for every upgrade. */
export const ALWAYS: Never[] = [
  {
    what: 'calls @channel, @here or @everyone',
    breaks: ({ mentions }) => mentions.broadcasts.length > 0,
  },
  {
    what: 'shows a template’s marks, or a value that is not there',
    breaks: (seen) => /\{\{|\{%|\bundefined\b|\bNaN\b|\[object|Invalid Date/.test(wordingOf(seen)),
  },
  { what: 'has no text for a screen reader', breaks: (seen) => wordingOf(seen).trim() === '' },
  {
    what: 'owns up to a defect',
    breaks: (seen) => /Watchbell's fault|failed with the error/.test(wordingOf(seen)),
  },
];

export const findBroken = (nevers: Never[], seen: Seen[]): string[] =>
  nevers.flatMap((never) =>
    seen
      .filter((each) => never.breaks(each))
      .map((each) => `never: ${never.what}: “${firstLine(wordingOf(each))}” at ${each.place}`),
  );

/** Calls that Slack refused: being asked to wait is no defect, anything else is. */
export const findRefused = (calls: readonly ApiCall[]): string[] =>
  calls
    .filter(({ outcome }) => outcome !== 'ok' && outcome !== 'ratelimited')
    .map(({ method, outcome }) => `refused by Slack: ${method}: ${outcome}`);
