import { describe, expect, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { listDeliveries } from '../outbox/index.ts';
import { cancelUpgrade } from '../upgrade/cancel-upgrade.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { rescheduleUpgrade } from '../upgrade/reschedule-upgrade.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { notices } from './index.ts';
import { previewNotices } from './preview.ts';

const { db } = await testDatabase();
const dana = by('dana');
const ROLES = ['UCARL', 'UDANA', 'UHUGO', 'UOLGA', 'UPETRA', 'UPRIYA', 'USAM', 'UUMA'];
const NEXT_WEEK = new Date('2026-12-12T21:00:00Z');

const rig = () => testContext(db, [notices], new Date('2026-11-20T09:00:00Z'));

async function scheduled(t: TestContext, change?: (plan: ResolvedPlan) => ResolvedPlan): Promise<Upgrade> {
  const draft = await draftOf(t, change);
  const { upgrade } = await scheduleUpgrade(t.context, dana, draft.id);
  await t.settle();
  return upgrade;
}

/** Who was sent this kind; each as often as it was sent. */
async function told({ teamId, id }: Upgrade, kind: string): Promise<string[]> {
  const all = await listDeliveries(db, teamId, id);
  return all
    .filter((each) => each.kind === kind && each.state === 'sent')
    .map(({ target }) => target)
    .sort();
}

const said = (t: TestContext, of: Upgrade, person: string): string[] =>
  t.slack
    .to(person)
    .map(({ message }) => message.text)
    .filter((text) => text.startsWith(`${keyOf(of)}:`));

describe('a role in the plan', () => {
  test('is told when it is scheduled, to each person once, with a button that shows the plan', async () => {
    const t = await rig();
    const upgrade = await scheduled(t, (plan) => ({
      ...plan,
      people: { ...plan.people, consulted: ['UOLGA', 'UPETRA', 'UHUGO'] },
    }));
    expect(await told(upgrade, 'role')).toEqual(ROLES);
    const [post] = t.slack.to('UOLGA');
    expect(post?.message.text).toContain('you are on duty for operations and consulted.');
    expect(JSON.stringify(post?.message.blocks)).toContain('"action_id":"planning.show"');
  });

  test.each([
    ['UDANA', 'you are the upgrade lead.', 'You run the work'],
    [
      'UPRIYA',
      'you are the business sponsor.',
      'You alone decide on a rollback. Asked, you have 10 min; then <@USAM>',
    ],
    ['USAM', 'you are the deputy sponsor.', 'when <@UPRIYA> has not answered within 10 min'],
    ['UUMA', 'you are the communicator.', 'Every 30 min you are asked for one sentence'],
    ['UCARL', 'you are the crisis speaker.', 'you alone speak to customers'],
    ['UOLGA', 'you are on duty for operations.', 'You take over the monitoring'],
    ['UPETRA', 'you are consulted.', 'You may ask for a rollback decision, and advise'],
  ])('%s reads: %s', async (person, role, duty) => {
    const t = await rig();
    const [text = '', ...more] = said(t, await scheduled(t), person);
    for (const part of [role, duty, '<!date^1796504400^', '<@UDANA> has scheduled it'])
      expect(text).toContain(part);
    expect(text.match(/^• /gm)).toHaveLength(role.includes('sponsor') ? 2 : 1);
    expect(more).toEqual([]);
  });

  test('hears of a new time and of the end of it, once each, and not of what the audience hears', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await rescheduleUpgrade(t.context, dana, upgrade.id, NEXT_WEEK, 'The vendor is late');
    await t.settle();
    await cancelUpgrade(t.context, dana, upgrade.id, 'The test failed');
    await t.settle();
    const [, moved = '', cancelled = '', ...more] = said(t, upgrade, 'UPRIYA');
    expect(moved).toContain('New time: <!date^1797109200^');
    expect(moved).toContain('Next: your role in it stays as it is');
    expect(cancelled).toContain('is cancelled');
    expect(more).toEqual([]);
  });

  test('somebody who is affected too hears of a new time once', async () => {
    const t = await rig();
    const upgrade = await scheduled(t, (plan) => ({
      ...plan,
      audience: { ...plan.audience, users: ['UHUGO'] },
    }));
    await t.passUntil(new Date('2026-12-01T00:00:00Z'));
    await rescheduleUpgrade(t.context, dana, upgrade.id, NEXT_WEEK);
    await t.settle();
    expect(await told(upgrade, 'notice.moved')).toContain('UHUGO');
    const [, announced = '', moved = '', ...more] = said(t, upgrade, 'UHUGO');
    expect(announced).toContain('Why:');
    expect(moved).toContain('a reminder before the new start');
    expect(more).toEqual([]);
  });

  test('alone does not make anybody hear of start and end: that is said in the room', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(upgrade.startsAt);
    await startUpgrade(t.context, dana, upgrade.id);
    await t.settle();
    expect(await told(upgrade, 'notice.started')).not.toContain('UPRIYA');
  });

  test('called off before it could be told → nothing is said of it', async () => {
    const t = await rig();
    t.slack.unreachable = true;
    const upgrade = await scheduled(t);
    await cancelUpgrade(t.context, dana, upgrade.id);
    t.slack.unreachable = false;
    await db.execute('update outbox set not_before = null');
    await t.settle();
    expect(await told(upgrade, 'role')).toEqual([]);
    expect(await told(upgrade, 'notice.cancelled')).toEqual(['CCRMUPGRADE']);
  });

  test('is previewed for a draft, one message for all who have the same', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const ofRoles = async (upgrade: Upgrade) =>
      (await previewNotices(t.context, upgrade)).filter(({ what }) => what.startsWith('role'));
    const items = await ofRoles(draft);
    expect(items.map(({ to }) => to)).toEqual([
      'UDANA',
      'UPRIYA',
      'USAM',
      'UUMA',
      'UCARL',
      'UOLGA',
      'UPETRA, UHUGO',
    ]);
    const { upgrade } = await scheduleUpgrade(t.context, dana, draft.id);
    expect(await ofRoles(upgrade)).toEqual([]);
  });
});
