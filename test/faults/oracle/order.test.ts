import { afterAll, describe, expect, test } from 'vitest';
import type { FaultHit } from '../../../src/sandbox/index.ts';
import { Measure } from './measure.ts';
import {
  beat,
  iso,
  openSlack,
  ROOM,
  Story,
  tellAll,
  tellBeat,
  tellPlanned,
  tellStarted,
} from './told-story.ts';
import { judgeTraffic } from './traffic.ts';
import { emptyVerdict } from './verdict.ts';

const sandbox = await openSlack();
afterAll(() => sandbox.close());
const containing = (text: string) => expect.stringContaining(text);

describe('the order in a channel', () => {
  test('a heartbeat after a later one, or after the last word → wrong', () => {
    const story = tellAll(sandbox);
    story.move('heartbeat', ROOM, 17.2);
    expect(story.judge().wrong).toEqual([containing('notice.completed 1 overtook UP-1: heartbeat 1')]);
    const beats = new Story(sandbox);
    tellPlanned(beats);
    tellStarted(beats);
    beats.say('heartbeat', '2', ROOM, 20, beat(25));
    beats.say('heartbeat', '1', ROOM, 20.1, beat(20));
    expect(beats.judge().wrong).toContainEqual(containing('heartbeat 2 overtook UP-1: heartbeat 1'));
  });

  test('what happened later is told before what happened sooner, however close they are → wrong', () => {
    const story = tellAll(sandbox);
    const [started, completed] = [story.drop('notice.started', ROOM), story.drop('notice.completed', ROOM)];
    story.say('notice.completed', '1', ROOM, 17.001, completed.text);
    story.say('notice.started', '1', ROOM, 17.002, started.text);
    expect(story.judge().wrong).toContainEqual(
      containing('notice.completed 1 overtook UP-1: notice.started 1'),
    );
  });
});

describe('a heartbeat before the word of a decision', () => {
  const OVERTAKEN = containing('heartbeat 1 overtook UP-1: notice.decided 1');
  const decide = (story: Story, minute: number, choice = 'keep_going') =>
    story.note('rollback.decided', minute, { number: 1, choice, how: 'silence' });
  const missing = (story: Story) => story.note('heartbeat.silent', 15, { dueAt: iso(15), inARow: 1 });
  const tellDecided = (story: Story, minute: number) =>
    story.say('notice.decided', '1', ROOM, minute, 'UP-1: the upgrade goes on');

  /** The first heartbeat is due at 15. */
  function judged(tell: (story: Story) => void): string[] {
    const story = new Story(sandbox);
    tellPlanned(story);
    tellStarted(story);
    story.act('rollback', 'rollback.asked', 11, { number: 1, text: 'slow' });
    tell(story);
    return story.judge().wrong;
  }

  test('that surely stood when it was due → wrong; that may not have, or since something was struck → not', () => {
    const decided = (minute: number, struck?: number) =>
      judged((story) => {
        if (struck !== undefined) story.strike(struck);
        decide(story, minute);
        tellBeat(story, 1);
        tellDecided(story, 15.1);
      });
    expect(decided(14)).toContainEqual(OVERTAKEN);
    expect(decided(14.9)).not.toContainEqual(OVERTAKEN);
    expect(decided(14, 13.9)).not.toContainEqual(OVERTAKEN);
  });

  test('that it speaks of → wrong, whatever was struck', () => {
    const saying = (state: string) =>
      judged((story) => {
        story.strike(14.9, 15);
        decide(story, 14.95, 'roll_back');
        tellBeat(story, 1, { state });
        tellDecided(story, 15.1);
      });
    expect(saying('being rolled back')).toContainEqual(OVERTAKEN);
    expect(saying('in progress')).not.toContainEqual(OVERTAKEN);
  });

  test('that stands on the record before it was written → wrong; that stands there later → the other way round', () => {
    const written = (first: 'decision' | 'heartbeat', posted: 'decision' | 'heartbeat') =>
      judged((story) => {
        if (first === 'decision') decide(story, 15);
        missing(story);
        if (first === 'heartbeat') decide(story, 15);
        if (posted === 'decision') tellDecided(story, 15);
        tellBeat(story, 1);
        if (posted === 'heartbeat') tellDecided(story, 15);
      });
    const other = containing('notice.decided 1 overtook UP-1: heartbeat 1');
    for (const finding of [OVERTAKEN, other]) {
      expect(written('decision', 'decision')).not.toContainEqual(finding);
      expect(written('heartbeat', 'heartbeat')).not.toContainEqual(finding);
    }
    expect(written('decision', 'heartbeat')).toContainEqual(OVERTAKEN);
    expect(written('heartbeat', 'decision')).toContainEqual(other);
  });
});

describe('traffic', () => {
  const minute = (at: number) => new Date(Date.UTC(2026, 11, 1, 8, at));
  const call = (method: string, at: number, outcome: string) => ({
    method,
    args: { metadata: {} },
    at: minute(at),
    outcome,
  });
  const judged = (story: Story, calls: ReturnType<typeof call>[], hits: FaultHit[] = []) => {
    const evidence = story.evidence();
    const faults = { ...sandbox.faults, hits };
    const verdict = emptyVerdict();
    judgeTraffic({ ...evidence, sandbox: { calls, faults } }, new Measure(evidence), verdict);
    return verdict.wrong;
  };

  test('a message more than Slack takes → wrong; after a strike, or for something else → not', () => {
    const limited = (method: string) => [call(method, 12, 'ratelimited')];
    const struck = new Story(sandbox);
    struck.strike(11);
    expect(judged(new Story(sandbox), limited('chat.postMessage'))).toHaveLength(1);
    expect(judged(new Story(sandbox), limited('views.open'))).toEqual([]);
    expect(judged(struck, limited('chat.postMessage'))).toEqual([]);
  });

  test('a message while Slack has asked to wait → wrong; afterwards, by another method, after a strike → not', () => {
    const story = new Story(sandbox);
    const asked = (method: string): FaultHit[] => {
      const at = story.evidence().clock.realAt(minute(10).getTime());
      return [{ method, at, fault: { method, kind: '429', retryAfter: 12 } }];
    };
    const [soon, later] = [call('chat.postMessage', 11, 'ok'), call('chat.postMessage', 59, 'ok')];
    const wrong = judged(story, [soon, later], asked('chat.postMessage'));
    expect(wrong).toEqual([containing('when Slack had asked to wait for 12 s')]);
    expect(judged(story, [later], asked('chat.postMessage'))).toEqual([]);
    expect(judged(story, [soon], asked('chat.update'))).toEqual([]);
    const struck = new Story(sandbox);
    struck.strike(10);
    expect(judged(struck, [soon], asked('chat.postMessage'))).toEqual([]);
  });
});
