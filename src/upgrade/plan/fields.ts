import * as z from 'zod';
import { storable } from '../written.ts';
import { formatDuration, parseDuration } from './duration.ts';

/*
 * What the fields of a plan are made of. Every scalar of a plan arrives as the text that was typed, so that version
 * 9.10 stays 9.10; each field is a codec between that text and its value.
 */

/** Text of at most `max` characters: the limits keep every message that carries it within Slack's. */
export const text = (max: number) =>
  z
    .string()
    .overwrite(storable)
    .trim()
    .min(1, 'is empty')
    .max(max, {
      error: ({ input }) =>
        `is too long to fit into Slack's messages: ${typeof input === 'string' ? input.length : 0} characters, at most ${max}`,
    })
    .meta({ type: ['string', 'number'] });

/** A person, channel or group as people name it; looked up in Slack later. */
export const reference = () => text(200).meta({ type: 'string' });

/** A date and time as it is written. */
export const moment = () =>
  text(40).meta({ type: 'string', description: 'Local date and time, like 2026-12-05T22:00' });

export const list = <T extends z.ZodType>(item: T, max: number) =>
  z.array(item).max(max, `has too many entries: at most ${max}`);

interface Bounds {
  least?: number;
  most?: number;
}

/** A duration such as `1h30m`, read as minutes. */
export const duration = ({ least = 0, most = 60 * 24 * 60 }: Bounds = {}) =>
  z
    .codec(z.string(), z.number(), {
      decode: (written, { issues }) => {
        const minutes = parseDuration(written);
        const complaint = complaintAbout(minutes, least, most);
        if (complaint) issues.push({ code: 'custom', input: written, message: complaint });
        return minutes ?? 0;
      },
      encode: formatDuration,
    })
    .meta({ pattern: '^ *([0-9]+d *)?([0-9]+h *)?([0-9]+m)? *$', examples: ['15m', '1h30m', '7d'] });

function complaintAbout(minutes: number | undefined, least: number, most: number): string | undefined {
  if (minutes === undefined) return 'is no duration: write it like 15m, 2h, 1h30m or 7d';
  if (minutes < least) return `is too short: at least ${formatDuration(least)}`;
  if (minutes > most) return `is too long: at most ${formatDuration(most)}`;
  return undefined;
}

/** The word, or a duration read as minutes. */
export const durationOr = <Word extends string>(word: Word, bounds: Bounds) => {
  const inner = duration(bounds);
  return z
    .codec(z.string(), z.union([z.literal(word), z.number()]), {
      decode: (written, { issues }) => {
        if (written.trim() === word) return word;
        const result = inner.safeDecode(written);
        if (result.success) return result.data;
        const message = `${result.error.issues[0]?.message}, or ${word}`;
        issues.push({ code: 'custom', input: written, message });
        return 0;
      },
      encode: (value) => (typeof value === 'number' ? formatDuration(value) : value),
    })
    .meta({ examples: ['7d', word] });
};

/** `true` or `false`, also written yes or no. */
export const flag = () =>
  z
    .codec(z.string(), z.boolean(), {
      decode: (written, { issues }) => {
        const word = written.trim().toLowerCase();
        if (!['true', 'yes', 'false', 'no'].includes(word)) {
          issues.push({ code: 'custom', input: written, message: 'is neither true nor false' });
        }
        return word === 'true' || word === 'yes';
      },
      encode: String,
    })
    .meta({ type: 'boolean' });

/** A number between the bounds. */
export const amount = (least: number, most: number) =>
  z
    .codec(z.string(), z.number(), {
      decode: (written, { issues }) => {
        const value = written.trim() === '' ? Number.NaN : Number(written);
        if (value >= least && value <= most) return value;
        issues.push({ code: 'custom', input: written, message: `is no number from ${least} to ${most}` });
        return least;
      },
      encode: String,
    })
    .meta({ type: 'number' });
