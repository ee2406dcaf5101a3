import type { Evidence } from '../evidence.ts';
import type { Measure } from './measure.ts';
import type { Verdict } from './verdict.ts';

/** What messages cost: for these all processes together keep within Slack's limits. */
const PACED = ['chat.postMessage', 'chat.update', 'conversations.history', 'pins.add'];

/** A 429 that Slack's own limits cause could have been avoided, unless what was held up by a strike came all at once. */
export function judgeTraffic(
  { sandbox }: { sandbox: Pick<Evidence['sandbox'], 'calls'> },
  measure: Measure,
  verdict: Verdict,
): void {
  for (const { method, at, outcome } of sandbox.calls) {
    const moment = at.getTime();
    if (outcome !== 'ratelimited' || !PACED.includes(method) || measure.isStruck(moment, moment)) continue;
    verdict.wrong.push(`${method} was called more often than Slack takes it, ${at.toISOString()}`);
  }
}
