import { afterAll, describe, expect, test } from 'vitest';
import type { FaultHit } from '../../../src/sandbox/index.ts';
import { Measure } from './measure.ts';
import { beat, openSlack, ROOM, Story, tellAll, tellPlanned, tellStarted } from './told-story.ts';
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
