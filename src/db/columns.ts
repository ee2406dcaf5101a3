import { timestamp } from 'drizzle-orm/pg-core';

/** A moment, whatever the time zone; a `Date` in the program. */
export const instant = (name: string) => timestamp(name, { withTimezone: true });
