import type { Evidence } from '../evidence.ts';
import type { Measure } from './measure.ts';
import type { Verdict } from './verdict.ts';

/** What messages cost: for these all processes together keep within Slack's limits. */
const PACED = ['chat.postMessage', 'chat.update', 'conversations.history', 'pins.add'];
/** Real milliseconds in which every process has heard that Slack asked to wait. */
const HEARD_MS = 1_500;
/** The same where something was struck that kept it from the others. */
const UNHEARD_MS = 6_000;

type Traffic = Pick<Evidence, 'struck' | 'stalls' | 'clock'> & {
  sandbox: Pick<Evidence['sandbox'], 'calls' | 'faults'>;
};

/** Slack's limits are kept: nobody calls too often, and nobody calls while Slack has asked to wait. */
export function judgeTraffic(traffic: Traffic, measure: Measure, verdict: Verdict): void {
  judgeAvoidable(traffic, measure, verdict);
  judgeObeyed(traffic, verdict);
}

/** A 429 that Slack's own limits cause could have been avoided, unless what was held up by a strike came all at once. */
function judgeAvoidable({ sandbox }: Traffic, measure: Measure, verdict: Verdict): void {
  for (const { method, at, outcome } of sandbox.calls) {
    const moment = at.getTime();
    if (outcome !== 'ratelimited' || !PACED.includes(method) || measure.isStruck(moment, moment)) continue;
    verdict.wrong.push(`${method} was called more often than Slack takes it, ${at.toISOString()}`);
  }
}

/** After a 429 no message goes out by that method until the time that Slack named. */
function judgeObeyed({ sandbox, struck, stalls = [], clock }: Traffic, verdict: Verdict): void {
  const others = [...struck.filter(({ what }) => !/^Slack answered .* with 429/.test(what)), ...stalls];
  for (const { method, at, fault } of sandbox.faults.hits) {
    if (fault.kind !== '429' || method !== 'chat.postMessage') continue;
    const [from, to] = [at + HEARD_MS, at + 1_000 * (fault.retryAfter ?? 1)];
    if (others.some((other) => other.from <= to && other.to >= at - UNHEARD_MS)) continue;
    // What a person is answered directly is no message of a plan, and has no delivery.
    const call = sandbox.calls.find((one) => {
      if (one.method !== method || !('metadata' in one.args)) return false;
      const real = clock.realAt(one.at.getTime());
      return real > from && real < to;
    });
    if (call)
      verdict.wrong.push(
        `${method} was called at ${call.at.toISOString()}, when Slack had asked to wait for ${fault.retryAfter} s`,
      );
  }
}
