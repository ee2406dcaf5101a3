import { differenceInMilliseconds } from 'date-fns';
import type { Context } from '../context.ts';
import { actions, button } from '../slack/blocks.ts';
import { shorten } from '../slack/inline.ts';
import type { Message } from '../slack/message.ts';
import { STATE_NAMES } from '../upgrade/lifecycle.ts';
import { offersIn } from '../upgrade/offers.ts';
import { PHASE_NAMES } from '../upgrade/phase-names.ts';
import { type Issue, isOpen, keyOf, type StatusLine, type Upgrade } from '../upgrade/store.ts';
import { deriveWindow, phaseAt, type Window } from '../upgrade/window.ts';
import { type Beat, isCalled, standingAt } from './rules.ts';

const SHOWN_ISSUES = 3;
const SHOWN_CHARACTERS = 200;
/** From here on it is said that an update is late. Minutes. */
const WORTH_SAYING = 2;

/** What a heartbeat tells beside the plan; read at its moment. */
export interface News {
  beat: Beat;
  /** Given since the last heartbeat. */
  line: StatusLine | undefined;
  /** Heartbeats in a row without a line, this one included. */
  silent: number;
  /** When the last line was given, or the work began. */
  silentSince: Date;
  issues: Issue[];
}

/** Where the work stands at `now`, as the room hears it. */
export function heartbeatMessage(
  { templates }: Pick<Context, 'templates'>,
  upgrade: Upgrade,
  { beat, line, silent, silentSince, issues }: News,
  now: Date,
): Message {
  const window = deriveWindow(upgrade.plan, upgrade.startsAt);
  const { people } = upgrade.plan;
  const message = templates.render('heartbeat', {
    ...namesOf(upgrade),
    ...standingAt(window, upgrade, now),
    ...phaseOf(window, upgrade, now),
    ...returnOf(window, upgrade, now),
    ...issuesOf(issues),
    late: beat.late >= WORTH_SAYING ? beat.late : 0,
    missed: beat.missed ?? null,
    line: sayLine(line),
    communicator: people.communicator,
    silent,
    silent_since: silentSince,
    call_lead: isCalled('lead', silent) ? people.lead : null,
    call_sponsor: isCalled('sponsor', silent) ? people.sponsor : null,
    next_update: beat.next.dueAt,
  });
  return line ? message : withStatusButton(message, upgrade, 'Give a status');
}

/** Asks the communicator for a line, or offers to change the one that is there. */
export function askMessage(
  { templates }: Pick<Context, 'templates'>,
  upgrade: Upgrade,
  { dueAt, line }: { dueAt: Date; line: StatusLine | undefined },
  now: Date,
): Message {
  const message = templates.render('heartbeat-ask', {
    ...namesOf(upgrade),
    due_at: dueAt,
    remaining: minutesUntil(dueAt, now),
    line: sayLine(line),
  });
  return withStatusButton(message, upgrade, line ? 'Change it' : 'Give a status');
}

/** Asks the lead what happens now that the planned end is here; decides nothing. */
export function windowEndMessage(
  { templates }: Pick<Context, 'templates'>,
  upgrade: Upgrade,
  { issues, nextUpdate }: { issues: Issue[]; nextUpdate: Date },
  now: Date,
): Message {
  const message = templates.render('window-end', {
    ...namesOf(upgrade),
    ...issuesOf(issues),
    overrun: Math.max(0, -minutesUntil(upgrade.endsAt, now)),
    rolling_back: upgrade.state === 'rolling_back',
    end: upgrade.endsAt,
    lead: upgrade.plan.people.lead,
    next_update: nextUpdate,
  });
  const buttons = offersIn(upgrade, { now, openIssues: issues.filter(isOpen).length });
  return { ...message, blocks: [...message.blocks, actions(buttons)] };
}

const withStatusButton = (message: Message, { id }: Upgrade, text: string): Message => ({
  ...message,
  blocks: [
    ...message.blocks,
    actions([button({ text, actionId: 'upgrade.status', value: String(id), style: 'primary' })]),
  ],
});

const namesOf = (upgrade: Upgrade) => ({
  key: keyOf(upgrade),
  title: upgrade.plan.upgrade,
  zone: upgrade.plan.window.timezone,
  state: STATE_NAMES[upgrade.state],
});

function phaseOf(window: Window, { state }: Upgrade, now: Date) {
  const phase = state === 'rolling_back' ? undefined : phaseAt(window, now);
  return { phase: phase ? PHASE_NAMES[phase.name] : null, phase_end: phase?.end ?? null };
}

/** A rollback that runs already needs no clock to it. */
function returnOf({ pointOfNoReturn }: Window, { state }: Upgrade, now: Date) {
  const open = state !== 'rolling_back';
  return {
    no_return: open ? pointOfNoReturn : null,
    to_no_return: open ? minutesUntil(pointOfNoReturn, now) : null,
  };
}

function issuesOf(issues: Issue[]) {
  const open = issues.filter(isOpen);
  const shown = open.slice(0, SHOWN_ISSUES);
  return {
    open_count: open.length,
    open_issues: shown.map(({ number, text }) => ({ number, text: shorten(text, SHOWN_CHARACTERS) })),
    more_issues: open.length - shown.length,
  };
}

const sayLine = (line: StatusLine | undefined) =>
  line ? { text: shorten(line.text, 1_000), by: line.by, at: line.at } : null;

/** Whole minutes, so that a moment's delay does not show; negative afterwards. */
const minutesUntil = (at: Date, now: Date): number => Math.round(differenceInMilliseconds(at, now) / 60_000);
