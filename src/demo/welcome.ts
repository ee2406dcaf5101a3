/** What to open, what to try first, how to stop. */
export const welcome = (url: string): string => `
Open ${url}

It is Friday, 27 November 2026 there. The CRM upgrade, UP-1, is scheduled for Saturday, 5 December, 22:00 in Berlin.
You can be anybody: choose a person at the top left. Time runs as you like: at the top, up to 600 times as fast.

Try this:
  1. Press the button that names the next event: the announcement appears in #all-staff and with everybody affected.
  2. Press on until the 15-minute reminder is out. As Dana, in #crm-upgrade: /upgrade start
  3. As Uma, there: /upgrade status The backup is done     Press on: the next heartbeat carries it.
  4. As Dana: /upgrade rollback The import is slow     As Mia try to decide; then decide as Priya, the sponsor.
  5. As Dana: /upgrade done, twice. Press on for a week: the survey arrives in Arjun's messages at his 10:00.

Ctrl-C stops it; nothing stays behind.
`;
