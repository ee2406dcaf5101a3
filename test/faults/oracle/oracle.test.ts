import { afterAll, describe, expect, test } from 'vitest';
import type { Seen } from '../observer.ts';
import {
  beat,
  CLEAN,
  iso,
  openSlack,
  ROOM,
  Story,
  stamp,
  tellAll,
  tellBeat,
  tellCompleted,
  tellPlanned,
  tellStarted,
} from './told-story.ts';

const sandbox = await openSlack();
afterAll(() => sandbox.close());
const told = () => tellAll(sandbox);
const containing = (text: string) => expect.stringContaining(text);

describe('what has to be there', () => {
  test('all as planned → nothing to say', () => {
    expect(told().judge()).toEqual(CLEAN);
  });

  test.each([
    ['role', 'UPRIYA'],
    ['notice', 'UEMMA'],
    ['notice.started', ROOM],
    ['heartbeat.ask', 'UUMA'],
    ['heartbeat', ROOM],
    ['notice.completed', 'UEMMA'],
  ])('a %s to %s that never came → lost', (kind, target) => {
    const story = told();
    story.drop(kind, target);
    expect(story.judge()).toEqual({ ...CLEAN, lost: [containing(`${kind} `)] });
  });

  test('the same message twice, once on the record → doubled', () => {
    const story = told();
    const [first] = story.seen.filter(({ text }) => text.includes('has started'));
    if (first) story.seen.push({ ...first, ts: `${first.ts}1` });
    expect(story.judge()).toEqual({ ...CLEAN, doubled: [containing('has started')] });
  });

  test('the same message twice, twice on the record → doubled', () => {
    const story = told();
    story.say('heartbeat', '1', ROOM, 15.2, beat(20));
    expect(story.judge()).toEqual({ ...CLEAN, doubled: [containing('heartbeat 1')] });
  });

  test('a minute too soon → early', () => {
    const story = told();
    story.move('heartbeat', ROOM, 14);
    expect(story.judge()).toEqual({ ...CLEAN, early: [containing('heartbeat 1')] });
  });

  test('to somebody who should hear nothing, or off the record → wrong', () => {
    const story = told();
    story.say('notice.started', '1', 'UZOE', 10, 'UP-1: Upgrade 1 has started');
    story.seen.push({ ...(story.seen[0] as Seen), target: 'CSALES', text: 'hello' });
    expect(story.judge().wrong).toEqual([
      containing('is not on the record'),
      containing('nobody asked for notice.started 1 to UZOE'),
    ]);
  });
});

describe('lateness', () => {
  test('a minute late, which is three seconds, for no reason → lost; a second → not', () => {
    const late = told();
    late.move('notice.completed', 'UEMMA', 18);
    expect(late.judge()).toEqual({ ...CLEAN, lost: [containing('3000 ms late')] });
    const soon = told();
    soon.move('notice.completed', 'UEMMA', 17.3);
    expect(soon.judge()).toEqual(CLEAN);
  });

  test('the same after a strike → not; long after it → lost', () => {
    const felt = told();
    felt.strike(17);
    felt.move('notice.completed', 'UEMMA', 18);
    expect(felt.judge()).toEqual(CLEAN);
    const over = told();
    over.strike(17);
    over.move('notice.completed', 'UEMMA', 20);
    expect(over.judge().lost).toEqual([containing('9000 ms late')]);
  });

  test('a strike that came only afterwards explains nothing', () => {
    const story = told();
    story.strike(18);
    story.move('notice.completed', 'UEMMA', 18.5);
    expect(story.judge().lost).toEqual([containing('4500 ms late')]);
  });

  test('a notice that came after the start of the window, because of a strike → true no more', () => {
    const story = told();
    story.strike(5, 10.5);
    story.move('notice', 'UEMMA', 12.6, '1:5m');
    expect(story.judge().wrong).toEqual([containing('when it was true no more')]);
  });
});

describe('what heartbeats say', () => {
  test('a heartbeat that knows of an issue which nobody reported → wrong', () => {
    const story = told();
    story.drop('heartbeat', ROOM);
    story.say('heartbeat', '1', ROOM, 15, beat(20, { issues: '2' }));
    expect(story.judge().wrong).toEqual([containing('says 2 open issues')]);
  });

  test('a status line that no heartbeat shows → wrong', () => {
    const story = new Story(sandbox);
    tellPlanned(story);
    tellStarted(story);
    story.act('status', 'status.reported', 11, { text: 'the backup is done' });
    tellBeat(story, 1);
    tellCompleted(story);
    expect(story.judge().wrong).toEqual([containing('“the backup is done” was never shown')]);
    story.drop('heartbeat', ROOM);
    story.say('heartbeat', '1', ROOM, 15, beat(20, { line: `the backup is done\n<@UDANA>, ${stamp(11)}` }));
    expect(story.judge()).toEqual(CLEAN);
  });
});

describe('the plan and the headline', () => {
  test('a window that does not start when the plan says → wrong', () => {
    const story = told();
    const scheduled = story.record.find(({ fact }) => fact === 'upgrade.scheduled');
    if (scheduled) scheduled.data.startsAt = iso(13);
    expect(story.judge().wrong).toContainEqual(containing('and the plan says 2026-12-01T08:10'));
  });

  test('a headline that is not pinned → wrong; where each try may have met a strike → not', () => {
    const story = told();
    (story.seen[0] as Seen).pinned = false;
    expect(story.judge()).toEqual({ ...CLEAN, wrong: ['UP-1: the headline is not pinned'] });
    story.strike(0);
    expect(story.judge()).toEqual(CLEAN);
  });

  test('a headline that does not say in the end that it was closed → wrong', () => {
    const story = told();
    story.act('close', 'upgrade.closed', 17.5);
    expect(story.judge()).toEqual({
      ...CLEAN,
      wrong: [containing('says in the end “UP-1 Upgrade 1\nCompleted')],
    });
  });

  test('a headline that says what had ceased to be so → wrong; where a strike held it up → not', () => {
    const story = told();
    const headline = story.seen[0] as Seen;
    headline.edits = [{ at: Date.parse(iso(14)), text: 'UP-1 Upgrade 1\n*Scheduled*' }];
    expect(story.judge().wrong).toEqual([containing('not In progress')]);
    story.strike(10.2, 13.9);
    expect(story.judge()).toEqual(CLEAN);
  });

  test('a headline that is not drawn anew when a rollback no longer fits → lost', () => {
    const story = new Story(sandbox);
    tellPlanned(story);
    tellStarted(story);
    for (const slot of [1, 2]) tellBeat(story, slot);
    story.act('done', 'upgrade.verifying', 20.5);
    tellBeat(story, 3, { state: 'being verified' });
    tellCompletedAfterVerifying(story);
    expect(story.judge()).toEqual({ ...CLEAN, lost: [containing('not drawn anew at 2026-12-01T08:22')] });
    (story.seen[0] as Seen).edits = [{ at: Date.parse(iso(22.1)), text: 'UP-1 Upgrade 1\nBeing verified' }];
    expect(story.judge()).toEqual(CLEAN);
  });
});

function tellCompletedAfterVerifying(story: Story): void {
  story.act('done', 'upgrade.completed', 25.5);
  for (const target of [ROOM, 'UEMMA'])
    story.say('notice.completed', '1', target, 25.5, 'UP-1: crm is available again.');
}
