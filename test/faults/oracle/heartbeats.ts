import type { Entry } from '../evidence.ts';
import type { Seen } from '../observer.ts';
import type { Life } from './life.ts';
import type { Measure } from './measure.ts';
import type { Verdict } from './verdict.ts';

interface Beating {
  key: string;
  life: Life;
  measure: Measure;
  find(kind: string, slot: string, target: string): Seen | undefined;
}

/** What a heartbeat says must have been true at some moment between its time and its appearance. */
export function judgeHeartbeats({ key, life, measure, find }: Beating, verdict: Verdict): void {
  const { startedAt, plan, entries } = life;
  if (startedAt === undefined) return;
  const last = Math.ceil(((life.ended?.at ?? startedAt) - startedAt) / plan.heartbeat);
  /** What the room has read so far: a line that stands in none of it was lost. */
  const shown: string[] = [];
  for (let slot = 1; slot <= last; slot++) {
    const seen = find('heartbeat', String(slot), plan.room);
    if (!seen) continue;
    const from = startedAt + slot * plan.heartbeat - measure.early;
    const wrong = (what: string) => verdict.wrong.push(`${key}: heartbeat ${slot} ${what}`);
    const states = possible(life, from, seen.at, stateAt);
    if (!states.some((state) => seen.text.includes(`is ${state}`)))
      wrong(`does not say that the upgrade is ${states.join(' or ')}`);
    const open = possible(life, from, seen.at, openIssuesAt);
    const said = /Open issues: (none|\d+)/.exec(seen.text)?.[1]?.replace('none', '0');
    if (!open.includes(String(said))) wrong(`says ${said} open issues, not ${open.join(' or ')}`);
    const lines = possible(life, from, seen.at, (_, at) => latestStatus(entries, at));
    const line = /^(.*)\n<@\w+>, <!date/m.exec(seen.text)?.[1];
    if (line !== undefined && !lines.includes(line)) wrong(`shows “${line}”, not ${lines.join(' or ')}`);
    shown.push(seen.text);
    const lost = findLost(entries, shown, (at) => measure.stoodBy(at, from));
    if (lost !== undefined) wrong(`comes, and “${lost}” was never shown`);
  }
}

/** A status line that was given in time, when neither it nor a later one stands in what the room has read. */
function findLost(entries: Entry[], shown: string[], isInTime: (at: number) => boolean): string | undefined {
  const lines = entries.filter(({ fact }) => fact === 'status.reported');
  const last = lines.findLastIndex(({ at }) => isInTime(at));
  if (last < 0) return undefined;
  const texts = lines.slice(last).map(({ data }) => String(data.text));
  return texts.some((text) => shown.some((each) => each.includes(text))) ? undefined : texts[0];
}

/** Every value that held at some moment of a span: at its beginning, and after each entry within it. */
function possible(
  life: Life,
  from: number,
  to: number,
  valueAt: (life: Life, at: number) => string,
): string[] {
  const moments = [
    from,
    to,
    ...life.entries.map(({ at }) => at).filter((at) => at >= from - 4_000 && at <= to + 4_000),
  ];
  return [...new Set(moments.flatMap((at) => [valueAt(life, at - 4_000), valueAt(life, at)]))];
}

function stateAt({ decisions, verifyingAt }: Life, at: number): string {
  if (decisions.some(({ decided }) => decided?.choice === 'roll_back' && decided.at <= at))
    return 'being rolled back';
  return verifyingAt !== undefined && verifyingAt <= at ? 'being verified' : 'in progress';
}

const openIssuesAt = ({ entries }: Life, at: number): string =>
  String(count(entries, 'issue.opened', at) - count(entries, 'issue.resolved', at));

const count = (entries: Entry[], fact: string, at: number): number =>
  entries.filter((entry) => entry.fact === fact && entry.at <= at).length;

const latestStatus = (entries: Entry[], at: number): string =>
  String(entries.findLast((entry) => entry.fact === 'status.reported' && entry.at <= at)?.data.text ?? '');
