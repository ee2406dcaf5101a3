import { shorten } from '../slack/inline.ts';
import { startableFrom } from '../upgrade/decide-now.ts';
import type { OpenDecision } from '../upgrade/find-open-decision.ts';
import { isRunning, mayFollow, STATE_NAMES } from '../upgrade/lifecycle.ts';
import { titleOf } from '../upgrade/offers.ts';
import { PHASE_NAMES } from '../upgrade/phase-names.ts';
import { type Issue, isOpen, type StatusLine, type Upgrade } from '../upgrade/store.ts';
import { deriveWindow, noticeTimes, phaseAt, progressAt, toPointOfNoReturn } from '../upgrade/window.ts';

/** What the headline shows of what was typed: the whole is on the record. */
const MOST_ISSUES = 5;
const MOST_OF_AN_ISSUE = 150;
const MOST_OF_A_STATUS = 500;
const MOST_OF_THE_END = 800;

/** Today's facts about an upgrade. */
export interface Facts {
  upgrade: Upgrade;
  issues: Issue[];
  status: StatusLine | undefined;
  nextUpdate: Date | undefined;
  /** When the next notice goes out. */
  nextNotice: Date | undefined;
  decision: OpenDecision | undefined;
}

/** What the template `headline` is given at that instant. */
export function headlineData(
  { upgrade, issues, status, nextUpdate, nextNotice, decision }: Facts,
  now: Date,
) {
  const { people, window: planned } = upgrade.plan;
  const window = deriveWindow(upgrade.plan, upgrade.startsAt);
  const running = isRunning(upgrade);
  const phase = running ? phaseAt(window, now) : undefined;
  const scheduled = upgrade.state === 'scheduled';
  const undecided = scheduled || mayFollow(upgrade.state, 'decide');
  const [announcement] = noticeTimes(upgrade.plan, upgrade.startsAt);
  const open = running ? issues.filter(isOpen) : [];
  return {
    title: titleOf(upgrade),
    state: capitalised(STATE_NAMES[upgrade.state]),
    running,
    scheduled,
    over: !running && !scheduled,
    zone: planned.timezone,
    start: window.start,
    end: window.end,
    started_at: upgrade.startedAt,
    ended_at: upgrade.startedAt && upgrade.endedAt,
    phase: phase ? PHASE_NAMES[phase.name] : null,
    phase_end: phase?.end ?? null,
    past_end: running && now >= window.end,
    overrun: running ? progressAt(window, now, { startedAt: upgrade.startedAt }).overrun : 0,
    no_return: undecided ? window.pointOfNoReturn : null,
    to_no_return: undecided ? toPointOfNoReturn(window, now) : 0,
    deciding: decision ? [people.sponsor, ...(decision.called ? [people.deputy] : [])] : null,
    next_notice: scheduled ? (nextNotice ?? null) : null,
    announces: nextNotice?.getTime() === announcement?.at.getTime(),
    start_passed: scheduled && window.start <= now,
    next_update: running ? (nextUpdate ?? null) : null,
    status: running && status ? shorten(status.text, MOST_OF_A_STATUS) : null,
    status_by: status?.by ?? null,
    status_at: status?.at ?? null,
    issue_count: open.length,
    issues: open.slice(0, MOST_ISSUES).map(({ number, text }) => ({
      number,
      text: shorten(text.replaceAll(/\s+/g, ' '), MOST_OF_AN_ISSUE),
    })),
    more_issues: Math.max(0, open.length - MOST_ISSUES),
    what_changed: upgrade.whatChanged && shorten(upgrade.whatChanged, MOST_OF_THE_END),
    known_issues: upgrade.knownIssues && shorten(upgrade.knownIssues, MOST_OF_THE_END),
    lead: people.lead,
    sponsor: people.sponsor,
    deputy: people.deputy,
    communicator: people.communicator,
    now,
  };
}

/** When time alone changes the headline: a notice goes out, `Start` is offered, a phase ends, a rollback no longer fits. */
export function refreshTimes(upgrade: Upgrade): { slot: string; at: Date }[] {
  const { phases, end, pointOfNoReturn } = deriveWindow(upgrade.plan, upgrade.startsAt);
  const borders = [
    ...noticeTimes(upgrade.plan, upgrade.startsAt).map(({ offset, at }) => ({
      slot: `notice-${offset}`,
      at,
    })),
    { slot: 'startable', at: startableFrom(upgrade) },
    ...phases.map(({ name, start }) => ({ slot: name, at: start })),
    { slot: 'point-of-no-return', at: pointOfNoReturn },
    { slot: 'end', at: end },
  ];
  return borders.map(({ slot, at }) => ({ slot: `${upgrade.revision}:${slot}`, at }));
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
