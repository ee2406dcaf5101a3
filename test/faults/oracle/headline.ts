import type { Seen } from '../observer.ts';
import { type Life, lastRevision } from './life.ts';
import type { Measure } from './measure.ts';
import { momentsOf, type State } from './moments.ts';
import { count, type Verdict } from './verdict.ts';

interface Shown {
  key: string;
  life: Life;
  measure: Measure;
  find(kind: string, slot: string, target: string): Seen | undefined;
}

/** How the headline names each state. */
const NAMES: Record<State, string> = {
  draft: 'A draft',
  scheduled: 'Scheduled',
  in_progress: 'In progress',
  verifying: 'Being verified',
  rolling_back: 'Being rolled back',
  rolled_back: 'Rolled back',
  completed: 'Completed',
  closed: 'Closed',
  cancelled: 'Cancelled',
};

/** The headline is pinned, never says what had ceased to be so, and follows the time as well as the facts. */
export function judgeHeadline({ key, life, measure, find }: Shown, verdict: Verdict): void {
  const seen = find('headline', 'room', life.plan.room);
  if (!seen) return;
  const wordings = [{ at: seen.at, text: seen.text }, ...(seen.edits ?? [])];
  // A pin that fails is tried again with each edit.
  if (!seen.pinned && !wordings.every(({ at }) => measure.isStruck(at, at)))
    verdict.wrong.push(`${key}: the headline is not pinned`);
  const moments = momentsOf(life.plan, life.entries);
  for (const { at, text } of wordings) {
    const possible = moments
      .filter(
        ({ from, until }) => from <= at + measure.early && measure.mayBeUnderWay(Math.min(until, at), at),
      )
      .map(({ state }) => NAMES[state]);
    const said = text.split('\n')[1] ?? '';
    if (!possible.some((name) => said.replace(/^\W+/, '').startsWith(name)))
      verdict.wrong.push(`${key}: the headline says “${said}”, not ${[...new Set(possible)].join(' or ')}`);
  }
  judgeRefreshes({ key, life, measure }, wordings, verdict);
}

/** When a rollback no longer fits, and when the window ends, the headline changes although nothing happens. */
function judgeRefreshes(
  { key, life, measure }: Pick<Shown, 'key' | 'life' | 'measure'>,
  wordings: { at: number }[],
  verdict: Verdict,
): void {
  const window = lastRevision(life);
  if (!window) return;
  const over = Math.min(life.ended?.at ?? Infinity, life.cancelledAt ?? Infinity);
  for (const after of [life.plan.noReturn, life.plan.length]) {
    const due = window.start + after;
    if (due > over || due < window.plannedAt) continue;
    const excused = measure.mayBeUnderWay(due, over);
    const drawn = wordings.some(({ at }) => at >= due - measure.early && measure.mayBeUnderWay(due, at));
    count(verdict, 'headline.refresh', { excused, absent: !drawn });
    if (!drawn && !excused)
      verdict.lost.push(`${key}: the headline was not drawn anew at ${new Date(due).toISOString()}`);
  }
}
