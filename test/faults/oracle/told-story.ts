import { harbour, readManifest, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import type { Act } from '../act.ts';
import type { Entry, Evidence, Struck } from '../evidence.ts';
import type { Seen } from '../observer.ts';
import { PacedClock } from '../paced-clock.ts';
import type { Attempt } from '../people.ts';
import type { Scenario } from '../scenario.ts';
import { judge } from './index.ts';

const BEGIN = Date.UTC(2026, 11, 1, 8);
const SPEED = 20;
export const ROOM = 'CCRMUPGRADE';
export const at = (minute: number): number => BEGIN + minute * 60_000;
export const iso = (minute: number): string => new Date(at(minute)).toISOString();
export const stamp = (minute: number): string => `<!date^${at(minute) / 1_000}^{time}|then>`;

/** A minute of the story is three real seconds. */
export const clock = new PacedClock({ real: 0, virtual: BEGIN, speed: SPEED });

export function openSlack(): Promise<Sandbox> {
  const manifest = readManifest(new URL('../../../slack-app-manifest.yaml', import.meta.url));
  return startSandbox({ organisation: harbour, manifest, clock });
}

export const planned = (survey = 'off') => `upgrade: Upgrade 1
window: { start: 2026-12-01T08:10, timezone: UTC, phases: { preparation: 1m, backup: 1m, execution: 9m, verification: 1m, repair: 1m, decision: 1m, rollback: 2m, communication: 1m } }
people: { lead: dana@harbour.example, sponsor: priya@harbour.example, deputy: sam@harbour.example, communicator: uma@harbour.example, operations: [] }
channels: { room: "#crm-upgrade", announce: [] }
audience: { channels: [], groups: [], users: ["emma@harbour.example"] }
communication: { notices: ["5m"], heartbeat: 5m, survey: ${survey} }
rollback: { on-silence: keep-going, answer-within: 1m, extension: 1m }
`;

type Tried = Partial<Omit<Attempt, 'upgrade' | 'by' | 'verb'>>;

/** An upgrade as an oracle hears of it; told by hand, and judged. */
export class Story {
  readonly sandbox: Sandbox;
  readonly seen: Seen[] = [];
  readonly record: Entry[] = [];
  readonly attempts: Attempt[] = [];
  readonly struck: Struck[] = [];
  readonly survey: string;

  constructor(sandbox: Sandbox, survey = 'off') {
    this.sandbox = sandbox;
    this.survey = survey;
  }

  /** Somebody tries something; from minute to minute. */
  try(verb: string, minute: number, { by = 'dana', ...tried }: Tried & { by?: string } = {}): Attempt {
    const [from, to] = [at(minute), at(minute)];
    const attempt = { upgrade: 'UP-1', by, verb, from, to, answer: 'Well.', sent: 1, ...tried };
    this.attempts.push(attempt);
    return attempt;
  }

  /** Somebody does something, and it stands on the record. */
  act(verb: string, fact: string, minute: number, data: Entry['data'] = {}, by = 'dana'): void {
    this.note(fact, minute, data, this.sandbox.as(by).id);
    const { text, reason, number, to } = data;
    const said = text ?? reason;
    this.try(verb, minute, {
      by,
      ...(said === undefined ? {} : { text: String(said) }),
      ...(number === undefined ? {} : { number: Number(number) }),
      ...(to === undefined ? {} : { start: Date.parse(String(to)) }),
    });
  }

  note(fact: string, minute: number, data: Entry['data'] = {}, actor: string | null = null): Entry {
    const entry = { id: this.record.length + 1, upgradeId: 1, at: at(minute), actor, fact, data };
    this.record.push(entry);
    return entry;
  }

  say(kind: string, slot: string, target: string, minute: number, text: string, end = text): Seen {
    const ts = (at(minute) / 1_000 + this.seen.length / 1_000).toFixed(6);
    const realAt = clock.realAt(at(minute));
    const seen: Seen = {
      target,
      ts,
      at: at(minute),
      realAt,
      text,
      finally: end,
      pinned: kind === 'headline',
    };
    this.seen.push(seen);
    this.note('message.sent', minute, { kind, slot, target, channel: target, ts });
    return seen;
  }

  /** A message that never came. */
  drop(kind: string, target: string, slot?: string): Seen {
    const index = this.record.findIndex(
      ({ data }) =>
        data.kind === kind && data.target === target && (slot === undefined || data.slot === slot),
    );
    const [gone] = this.record.splice(index, 1);
    const [seen] = this.seen.splice(
      this.seen.findIndex(({ ts }) => ts === gone?.data.ts),
      1,
    );
    if (!seen) throw new Error(`there is no ${kind} to ${target}`);
    return seen;
  }

  /** The same message at another time. */
  move(kind: string, target: string, minute: number, slot = '1'): void {
    const { text } = this.drop(kind, target, slot);
    this.say(kind, slot, target, minute, text);
  }

  /** From one minute to another. */
  strike(from: number, to = from): void {
    this.struck.push({ what: 'kill -9', from: clock.realAt(at(from)), to: clock.realAt(at(to)) });
  }

  evidence(): Evidence {
    const scenario: Scenario = {
      begin: new Date(BEGIN),
      speed: SPEED,
      roles: ['all'],
      overHttp: false,
      rateLimits: false,
      skewed: false,
      stories: [],
    };
    const { sandbox, seen, record, attempts, struck, survey } = this;
    const scheduling: Act = {
      at: 0,
      after: 'beginning',
      do: { verb: 'schedule' },
      by: 'dana',
      times: 'once',
    };
    const story = {
      ...{ title: 'Upgrade 1', room: 'crm-upgrade', lead: 'dana', yaml: planned(survey) },
      ...{ scheduling, acts: [], tried: [], insisting: 'once' as const, answering: [] },
    };
    return {
      ...{ seed: 1, scenario, clock, sandbox, seen, record, attempts, struck },
      played: [{ key: 'UP-1', id: 1, story }],
      ...{ mishaps: [], unsettled: [] },
    };
  }

  judge() {
    const { lost, doubled, early, wrong } = judge(this.evidence());
    return { lost, doubled, early, wrong };
  }
}

export const CLEAN = { lost: [], doubled: [], early: [], wrong: [] };

interface Told {
  issues?: string;
  line?: string;
  state?: string;
}

export const beat = (
  next: number,
  { issues = 'none', line = 'No update from <@UUMA>', state = 'in progress' }: Told = {},
) => `UP-1: Upgrade 1 is ${state}.\n${line}\nOpen issues: ${issues}\nNext update: ${stamp(next)}`;

/** Planned at 0 for 10: roles, headline, and the notice at 5. */
export function tellPlanned(story: Story, end = 'UP-1 Upgrade 1\nCompleted'): void {
  story.act('schedule', 'upgrade.scheduled', 0, { startsAt: iso(10) });
  story.say('headline', 'room', ROOM, 0, 'UP-1 Upgrade 1\nScheduled', end);
  for (const target of ['UDANA', 'UPRIYA', 'USAM', 'UUMA'])
    story.say('role', '1', target, 0, 'UP-1: in Upgrade 1 you are somebody.');
  story.say('notice', '1:5m', 'UEMMA', 5, `UP-1: Upgrade 1\nWhen: ${stamp(10)}`);
}

export function tellStarted(story: Story, minute = 10): void {
  story.act('start', 'upgrade.started', minute);
  for (const target of [ROOM, 'UEMMA'])
    story.say('notice.started', '1', target, minute, 'UP-1: Upgrade 1 has started');
}

export function tellBeat(story: Story, slot: number, told?: Told): void {
  const due = 10 + 5 * slot;
  const asks = `UP-1: your status line for the update at ${stamp(due)}`;
  story.say('heartbeat.ask', String(slot), 'UUMA', due - 2, asks);
  story.say('heartbeat', String(slot), ROOM, due, beat(due + 5, told));
}

export function tellCompleted(story: Story, minute = 17): void {
  story.act('done', 'upgrade.verifying', minute - 0.5);
  story.act('done', 'upgrade.completed', minute);
  for (const target of [ROOM, 'UEMMA'])
    story.say('notice.completed', '1', target, minute, 'UP-1: crm is available again.');
}

/** An upgrade that goes as planned: one notice, a start, one heartbeat, done after seven minutes. */
export function tellAll(sandbox: Sandbox, survey = 'off'): Story {
  const story = new Story(sandbox, survey);
  tellPlanned(story);
  tellStarted(story);
  tellBeat(story, 1);
  tellCompleted(story);
  return story;
}
