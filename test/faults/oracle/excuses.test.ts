import { afterAll, describe, expect, test } from 'vitest';
import {
  beat,
  CLEAN,
  iso,
  openSlack,
  ROOM,
  Story,
  stamp,
  tellBeat,
  tellCompleted,
  tellPlanned,
  tellStarted,
} from './told-story.ts';

const sandbox = await openSlack();
afterAll(() => sandbox.close());
const containing = (text: string) => expect.stringContaining(text);

/** A story with something left out, judged without and with the strike that explains it. */
function judged(tell: (story: Story) => void, strike: [from: number, to?: number]) {
  const [without, struck] = [new Story(sandbox), new Story(sandbox)];
  tell(without);
  tell(struck);
  struck.strike(...strike);
  return { without: without.judge(), struck: struck.judge() };
}

/** Two heartbeats and the end, of an upgrade that began at 10. */
function tellWork(story: Story, end: number): void {
  tellPlanned(story);
  tellStarted(story);
  tellBeat(story, 1);
  if (end > 20) tellBeat(story, 2);
  tellCompleted(story, end);
}

describe('heartbeats', () => {
  const catchUp = `and the update of ${stamp(15)} was missed.\n${beat(25)}`;

  test('one that a later one makes up for', () => {
    const tell = (story: Story) => {
      tellWork(story, 20.9);
      for (const slot of ['1', '2']) story.drop('heartbeat', ROOM, slot);
      story.say('heartbeat', '2', ROOM, 20, catchUp);
    };
    const { without, struck } = judged(tell, [14, 19]);
    expect(without.lost).toContainEqual(containing('heartbeat 1 to'));
    expect(struck.lost).toEqual([]);
  });

  test('one that was taken back for a later one, which has to say so', () => {
    const tell = (says: string) => (story: Story) => {
      tellWork(story, 20.9);
      for (const slot of ['1', '2']) story.drop('heartbeat', ROOM, slot);
      story.note('message.withdrawn', 20, { kind: 'heartbeat', slot: '1', target: ROOM });
      story.say('heartbeat', '2', ROOM, 20, `${says}\n${beat(25)}`);
    };
    const honest = judged(tell('The update before this one could not be sent.'), [14, 19]);
    expect(honest.without.lost).toEqual([containing('heartbeat 1 to')]);
    expect(honest.struck).toEqual(CLEAN);
    expect(judged(tell(''), [14, 19]).struck.lost).toEqual([containing('heartbeat 1 to')]);
  });

  test('the question ahead of one that was due before it could be asked', () => {
    const tell = (story: Story) => {
      tellWork(story, 17);
      story.drop('heartbeat.ask', 'UUMA', '1');
      story.note('timetable.skipped', 15, { kind: 'heartbeat.ask', slot: '1', reason: 'it is due' });
    };
    const { without, struck } = judged(tell, [12.5, 14.8]);
    expect(without.lost).toEqual([containing('heartbeat.ask 1 to')]);
    expect(struck).toEqual(CLEAN);
  });
});

describe('notices', () => {
  test('one that was overtaken by the start of the window', () => {
    const tell = (story: Story) => {
      tellWork(story, 17);
      story.drop('notice', 'UEMMA', '1:5m');
      story.note('message.withdrawn', 10.1, { kind: 'notice', slot: '1:5m', target: 'UEMMA' });
    };
    const { without, struck } = judged(tell, [4, 9.9]);
    expect(without.lost).toEqual([containing('notice 1:5m to UEMMA')]);
    expect(struck).toEqual(CLEAN);
  });

  test('word of a move that was moved on before it could be told', () => {
    const tell = (story: Story) => {
      tellPlanned(story);
      for (const [minute, start] of [
        [6, 20],
        [7, 30],
      ] as const) {
        story.act('reschedule', 'upgrade.rescheduled', minute, { to: iso(start) });
        for (const target of [ROOM, 'UEMMA', 'UDANA', 'UPRIYA', 'USAM', 'UUMA'])
          story.say(
            'notice.moved',
            start === 20 ? '2' : '3',
            target,
            minute,
            `UP-1: Upgrade 1 has been moved to ${stamp(start)}`,
          );
      }
      story.drop('notice.moved', 'UEMMA', '2');
      story.note('message.withdrawn', 7, { kind: 'notice.moved', slot: '2', target: 'UEMMA' });
    };
    const { without, struck } = judged(tell, [6, 6.5]);
    expect(without.lost).toContainEqual(containing('notice.moved 2 to UEMMA'));
    expect(struck.lost).not.toContainEqual(containing('notice.moved 2 to UEMMA'));
  });
});

test('word of the start to a channel, taken back when the work had ended', () => {
  const tell = (isNoted: boolean) => (story: Story) => {
    tellWork(story, 17);
    story.drop('notice.started', ROOM);
    if (isNoted) story.note('message.withdrawn', 18, { kind: 'notice.started', slot: '1', target: ROOM });
  };
  const { without, struck } = judged(tell(true), [9.9, 16.9]);
  expect(without.lost).toContainEqual(containing('notice.started 1 to'));
  expect(struck).toEqual(CLEAN);
  expect(judged(tell(false), [9.9, 16.9]).struck.lost).toContainEqual(containing('notice.started 1 to'));
});

describe('a start that does not come', () => {
  const tell = (story: Story) => {
    tellPlanned(story, 'UP-1 Upgrade 1\nCancelled');
    story.note('timetable.skipped', 40, { kind: 'start.awaited', slot: '1', reason: 'the sponsor is asked' });
    const says = `UP-1: Upgrade 1 has not started yet, planned ${stamp(10)}`;
    story.say('start.overdue', '1', ROOM, 40, says);
    story.say('notice.not_started', '1', 'UEMMA', 40, says);
    story.act('cancel', 'upgrade.cancelled', 45);
    for (const target of [ROOM, 'UEMMA', 'UDANA', 'UPRIYA', 'USAM', 'UUMA'])
      story.say('notice.cancelled', '1', target, 45, 'UP-1: Upgrade 1 is cancelled');
  };

  test('the lead is not asked where the sponsor is already', () => {
    const { without, struck } = judged(tell, [14, 39.5]);
    expect(without.lost).toContainEqual(containing('start.awaited 1 to'));
    expect(struck.lost).not.toContainEqual(containing('start.awaited 1 to'));
  });
});
