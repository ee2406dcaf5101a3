import * as z from 'zod';
import { formatDuration, parseDuration } from './duration.ts';

/*
 * What the fields of a plan are made of. Every scalar of a plan arrives as the text that was typed, so that version
 * 9.10 stays 9.10; each field turns its text into its value here.
 */

/** Text of at most `max` characters: the limits keep every message that carries it within Slack's. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, {
      error: (issue) =>
        `is too long for a Slack message: ${String(issue.input).length} characters, at most ${max} fit`,
    })
    .meta({ type: ['string', 'number'] });

/** A person, channel or group as people name it; looked up in Slack later. */
export const reference = () => text(200);

/** A list that may hold at most `max` entries; a single entry may be written without the dash. */
export const list = <T extends z.ZodType>(item: T, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(item).max(max, `has too many entries: at most ${max}`),
  );

interface Bounds {
  least?: number;
  most?: number;
}

/** A duration such as `1h30m`, read as minutes. */
export const duration = ({ least = 0, most = 60 * 24 * 60 }: Bounds = {}) =>
  z
    .string()
    .transform((written, context) => {
      const minutes = parseDuration(written);
      if (minutes === undefined)
        return refuse(context, written, 'is no duration: write it like 15m, 2h, 1h30m or 7d');
      if (minutes < least) return refuse(context, written, `is too short: at least ${formatDuration(least)}`);
      if (minutes > most) return refuse(context, written, `is too long: at most ${formatDuration(most)}`);
      return minutes;
    })
    .meta({ pattern: '^([0-9]+d)?([0-9]+h)?([0-9]+m)?$', examples: ['15m', '1h30m', '7d'] });

/** `true` or `false`, also written yes or no. */
export const flag = () =>
  z
    .string()
    .transform((written, context) => {
      const value = { true: true, yes: true, false: false, no: false }[written.toLowerCase()];
      return value ?? refuse(context, written, 'is neither true nor false');
    })
    .meta({ type: 'boolean' });

/** A number between the bounds. */
export const amount = (least: number, most: number) =>
  z
    .string()
    .transform((written, context) => {
      const value = written.trim() === '' ? Number.NaN : Number(written);
      if (value >= least && value <= most) return value;
      return refuse(context, written, `must be a number from ${least} to ${most}`);
    })
    .meta({ type: 'number' });

function refuse(context: z.RefinementCtx, input: string, message: string): never {
  context.addIssue({ code: 'custom', input, message });
  return z.NEVER;
}
