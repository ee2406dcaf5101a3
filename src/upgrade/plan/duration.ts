const MINUTES = { d: 1440, h: 60, m: 1 } as const;
const WRITTEN = /^(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?$/;

/** Minutes of a duration as people write it (`15m`, `2h`, `1h30m`, `7d`), or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const found = WRITTEN.exec(text.replaceAll(/\s+/g, '').toLowerCase());
  if (!found?.slice(1).some(Boolean)) return undefined;
  const [, days = '0', hours = '0', minutes = '0'] = found;
  return Number(days) * MINUTES.d + Number(hours) * MINUTES.h + Number(minutes);
}

/** The duration as a plan writes it: `7d`, `1h30m`, `0m`. */
export function formatDuration(minutes: number): string {
  const days = Math.floor(minutes / MINUTES.d);
  const hours = Math.floor((minutes % MINUTES.d) / MINUTES.h);
  const rest = minutes % MINUTES.h;
  const text = [days && `${days}d`, hours && `${hours}h`, rest && `${rest}m`].filter(Boolean).join('');
  return text || '0m';
}
