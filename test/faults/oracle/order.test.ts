import { afterAll, describe, expect, test } from 'vitest';
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
  const measureOf = (story: Story) => new Measure(story.evidence());
  const limited = (method: string, minute: number) => ({
    sandbox: {
      calls: [{ method, args: {}, at: new Date(Date.UTC(2026, 11, 1, 8, minute)), outcome: 'ratelimited' }],
    },
  });

  test('a message more than Slack takes → wrong; after a strike, or for something else → not', () => {
    const judged = (story: Story, method: string) => {
      const verdict = emptyVerdict();
      judgeTraffic(limited(method, 12), measureOf(story), verdict);
      return verdict.wrong;
    };
    const struck = new Story(sandbox);
    struck.strike(11);
    expect(judged(new Story(sandbox), 'chat.postMessage')).toHaveLength(1);
    expect(judged(new Story(sandbox), 'views.open')).toEqual([]);
    expect(judged(struck, 'chat.postMessage')).toEqual([]);
  });
});
