import { afterAll, describe, expect, test } from 'vitest';
import { harbour, readManifest, startSandbox } from '../../../src/sandbox/index.ts';
import type { Entry, Evidence } from '../evidence.ts';
import type { Seen } from '../observer.ts';
import { PacedClock } from '../paced-clock.ts';
import type { Attempt } from '../people.ts';
import type { Act, Scenario } from '../scenario.ts';
import { judge } from './index.ts';

const BEGIN = Date.UTC(2026, 11, 1, 8);
const at = (minute: number) => BEGIN + minute * 60_000;
const clock = new PacedClock({ real: 0, virtual: BEGIN, speed: 60 });
const manifest = readManifest(new URL('../../../slack-app-manifest.yaml', import.meta.url));
const sandbox = await startSandbox({ organisation: harbour, manifest, clock });
afterAll(() => sandbox.close());

const yaml = `upgrade: Upgrade 1
window: { start: 2026-12-01T08:10, timezone: UTC, phases: { preparation: 1m, backup: 1m, execution: 9m, verification: 1m, repair: 1m, decision: 1m, rollback: 2m, communication: 1m } }
people: { lead: dana@harbour.example, sponsor: priya@harbour.example, deputy: sam@harbour.example, communicator: uma@harbour.example, operations: [] }
channels: { room: "#crm-upgrade", announce: [] }
audience: { channels: [], groups: [], users: ["emma@harbour.example"] }
communication: { notices: ["5m"], heartbeat: 5m, survey: off }
rollback: { on-silence: keep-going, answer-within: 1m, extension: 1m }
`;

const ROOM = 'CCRMUPGRADE';
const stamp = (minute: number) => `<!date^${at(minute) / 1_000}^{time}|then>`;

/** An upgrade that goes as planned: one notice, a start, one heartbeat, done after seven minutes. */
class Story {
  readonly seen: Seen[] = [];
  readonly record: Entry[] = [];
  readonly attempts: Attempt[] = [];

  constructor() {
    this.act('schedule', 'upgrade.scheduled', 0, { startsAt: new Date(at(10)).toISOString() });
    this.say('headline', 'room', ROOM, 0, 'UP-1 Upgrade 1\nScheduled', 'UP-1 Upgrade 1\nCompleted');
    for (const target of ['UDANA', 'UPRIYA', 'USAM', 'UUMA'])
      this.say('role', '1', target, 0, 'UP-1: in Upgrade 1 you are somebody.');
    this.say('notice', '1:5m', 'UEMMA', 5, `UP-1: Upgrade 1\nWhen: ${stamp(10)}`);
    this.act('start', 'upgrade.started', 10);
    for (const target of [ROOM, 'UEMMA'])
      this.say('notice.started', '1', target, 10, 'UP-1: Upgrade 1 has started');
    this.say('heartbeat.ask', '1', 'UUMA', 13, `UP-1: your status line for the update at ${stamp(15)}`);
    this.say('heartbeat', '1', ROOM, 15, beat(20));
    this.act('done', 'upgrade.verifying', 16.5);
    this.act('done', 'upgrade.completed', 17);
    for (const target of [ROOM, 'UEMMA'])
      this.say('notice.completed', '1', target, 17, 'UP-1: crm is available again.');
  }

  act(verb: string, fact: string, minute: number, data: Entry['data'] = {}, by = 'dana'): void {
    this.#write(fact, minute, data, sandbox.as(by).id);
    this.attempts.push({ upgrade: 'UP-1', by, verb, from: at(minute), to: at(minute), answer: '' });
  }

  say(kind: string, slot: string, target: string, minute: number, text: string, end = text): void {
    const ts = (at(minute) / 1_000 + this.seen.length / 1_000).toFixed(6);
    this.seen.push({ target, ts, at: at(minute), realAt: clock.realAt(at(minute)), text, finally: end });
    this.#write('message.sent', minute, { kind, slot, target, channel: target, ts }, null);
  }

  judge() {
    const act: Act = { at: 0, after: 'beginning', do: { verb: 'schedule' }, by: 'dana', times: 'once' };
    const story = { title: 'Upgrade 1', room: 'crm-upgrade', lead: 'dana', yaml, acts: [] };
    const answers = { answering: [], answered: [] };
    const scenario: Scenario = {
      begin: new Date(BEGIN),
      speed: 60,
      roles: ['all'],
      rateLimits: false,
      skewed: false,
      stories: [],
    };
    const { seen, record, attempts } = this;
    const evidence: Evidence = {
      ...{ seed: 1, scenario, clock, sandbox, seen, record, attempts },
      played: [{ key: 'UP-1', id: 1, story: { ...story, ...answers, scheduling: act } }],
      ...{ struck: [], mishaps: [], unsettled: [] },
    };
    return judge(evidence);
  }

  #write(fact: string, minute: number, data: Entry['data'], actor: string | null): void {
    this.record.push({ id: this.record.length + 1, upgradeId: 1, at: at(minute), actor, fact, data });
  }
}

const beat = (next: number, issues = 'none') =>
  `UP-1: Upgrade 1 is in progress.\nNo update from <@UUMA>\nOpen issues: ${issues}\nNext update: ${stamp(next)}`;

const CLEAN = { lost: [], doubled: [], early: [], wrong: [] };
const drop = (story: Story, kind: string, target: string) => {
  const entry = story.record.findIndex(({ data }) => data.kind === kind && data.target === target);
  const [gone] = story.record.splice(entry, 1);
  const seen = story.seen.findIndex(({ ts }) => ts === gone?.data.ts);
  return story.seen.splice(seen, 1)[0];
};

describe('the oracle', () => {
  test('all as planned → nothing to say', () => {
    expect(new Story().judge()).toMatchObject(CLEAN);
  });

  test.each([
    ['role', 'UPRIYA'],
    ['notice', 'UEMMA'],
    ['notice.started', ROOM],
    ['heartbeat.ask', 'UUMA'],
    ['heartbeat', ROOM],
    ['notice.completed', 'UEMMA'],
  ])('a %s to %s that never came → lost', (kind, target) => {
    const story = new Story();
    drop(story, kind, target);
    expect(story.judge().lost).toEqual([expect.stringContaining(`${kind} `)]);
  });

  test('the same message twice, once on the record → doubled', () => {
    const story = new Story();
    const [first] = story.seen.filter(({ text }) => text.includes('has started'));
    if (first) story.seen.push({ ...first, ts: `${first.ts}1` });
    expect(story.judge()).toMatchObject({ ...CLEAN, doubled: [expect.stringContaining('has started')] });
  });

  test('the same message twice, twice on the record → doubled', () => {
    const story = new Story();
    story.say('heartbeat', '1', ROOM, 15.2, beat(20));
    expect(story.judge()).toMatchObject({ ...CLEAN, doubled: [expect.stringContaining('heartbeat 1')] });
  });

  test('a minute too soon → early; much too late → lost', () => {
    const early = new Story();
    drop(early, 'heartbeat', ROOM);
    early.say('heartbeat', '1', ROOM, 14, beat(20));
    expect(early.judge()).toMatchObject({ ...CLEAN, early: [expect.stringContaining('heartbeat 1')] });
    const late = new Story();
    const notice = drop(late, 'notice.completed', 'UEMMA');
    late.say('notice.completed', '1', 'UEMMA', 60, notice?.text ?? '');
    expect(late.judge()).toMatchObject({ ...CLEAN, lost: [expect.stringContaining('came only')] });
  });

  test('a heartbeat that knows of an issue which nobody reported → wrong', () => {
    const story = new Story();
    drop(story, 'heartbeat', ROOM);
    story.say('heartbeat', '1', ROOM, 15, beat(20, '2'));
    expect(story.judge().wrong).toEqual([expect.stringContaining('says 2 open issues')]);
  });

  test('a status line that no heartbeat shows → wrong', () => {
    const story = new Story();
    story.act('status', 'status.reported', 11, { text: 'the backup is done' });
    expect(story.judge().wrong).toEqual([expect.stringContaining('“the backup is done” was never shown')]);
    drop(story, 'heartbeat', ROOM);
    const line = `the backup is done\n<@UDANA>, ${stamp(11)}`;
    story.say('heartbeat', '1', ROOM, 15, beat(20).replace('No update from <@UUMA>', line));
    expect(story.judge()).toMatchObject(CLEAN);
  });

  test('to somebody who should hear nothing, or off the record → wrong', () => {
    const story = new Story();
    story.say('notice.started', '1', 'UZOE', 10, 'UP-1: Upgrade 1 has started');
    story.seen.push({ ...(story.seen[0] as Seen), target: 'CSALES', text: 'hello' });
    expect(story.judge().wrong).toEqual([
      expect.stringContaining('is not on the record'),
      expect.stringContaining('nobody asked for notice.started 1 to UZOE'),
    ]);
  });

  test('a start by somebody who may not, an act that nobody did, an answer without a fact → wrong', () => {
    const stranger = new Story();
    stranger.act('status', 'status.reported', 12, { text: 'all is well' }, 'zoe');
    expect(stranger.judge().wrong).toContain('UP-1: status.reported by UZOE, who may not');
    const invented = new Story();
    invented.attempts.shift();
    expect(invented.judge().wrong).toEqual([expect.stringContaining('who did not do that')]);
    const forgotten = new Story();
    forgotten.attempts.push({
      ...{ upgrade: 'UP-1', by: 'dana', verb: 'issue', from: at(11), to: at(11) },
      answer: 'Issue 1 of UP-1 is open',
    });
    expect(forgotten.judge().wrong).toEqual([expect.stringContaining('the record has no issue.opened')]);
  });

  test('started twice by a double click → wrong', () => {
    const story = new Story();
    story.act('start', 'upgrade.started', 10);
    expect(story.judge().wrong).toContain('UP-1: upgrade.started more than once');
  });
});
