import type { z } from 'zod';
import { notFound } from '../errors.ts';
import type { FormValues } from './surface.ts';

interface Entered {
  value?: string | null;
  selected_option?: { value: string } | null;
  selected_options?: { value: string }[];
  selected_user?: string | null;
  selected_users?: string[];
  selected_channel?: string | null;
  selected_channels?: string[];
  selected_conversation?: string | null;
  selected_conversations?: string[];
  selected_date?: string | null;
  selected_time?: string | null;
  selected_date_time?: number | null;
  files?: { id: string }[];
}

/** A view's state by block id; an element that is empty is left out. */
export function readForm(
  state: { values?: Record<string, Record<string, unknown>> } | undefined,
): FormValues {
  const entered = Object.entries(state?.values ?? {}).flatMap(([block, elements]) => {
    const [element] = Object.values(elements ?? {});
    return element ? [[block, readElement(element as Entered)] as const] : [];
  });
  return Object.fromEntries(entered);
}

/** What was chosen or typed in one element. */
export function readElement(entered: Entered): string | string[] | undefined {
  const several =
    entered.selected_options?.map(({ value }) => value) ??
    entered.selected_users ??
    entered.selected_channels ??
    entered.selected_conversations ??
    entered.files?.map(({ id }) => id);
  if (several) return several;
  const one =
    entered.value ??
    entered.selected_option?.value ??
    entered.selected_user ??
    entered.selected_channel ??
    entered.selected_conversation ??
    entered.selected_date ??
    entered.selected_time ??
    entered.selected_date_time;
  return one === null || one === undefined || one === '' ? undefined : String(one);
}

/** What a form was given to remember. Throws `not_found` where it cannot be what we wrote. */
export function readMetadata<S extends z.ZodType>(schema: S, metadata: string): z.infer<S> {
  const read = schema.safeParse(parseOr(metadata));
  if (read.success) return read.data;
  throw notFound('This form is not about anything here.', 'Close it and type /upgrade.');
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema, like anything else that is not what we wrote.
    return undefined;
  }
}
