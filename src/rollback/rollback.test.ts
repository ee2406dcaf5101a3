import { beforeEach, describe, expect, it, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { listDeliveries } from '../outbox/index.ts';
import { getRecord } from '../record/index.ts';
import { listRows } from '../timetable/index.ts';
import { completeUpgrade } from '../upgrade/complete-upgrade.ts';
import { openIssue } from '../upgrade/open-issue.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { verifyUpgrade } from '../upgrade/verify-upgrade.ts';
import { castVote } from './cast-vote.ts';
import { giveAdvice } from './give-advice.ts';
import { rollback } from './index.ts';
import { openDecision } from './open-decision.ts';
import { getDecision } from './store.ts';

const { db } = await testDatabase();
/** The CRM window: 22:00 to 02:45 in Berlin; a rollback fits until 00:45, and the sponsor has 10 minutes to answer. */
const START = new Date('2026-12-05T21:00:00Z');
const minutes = (count: number) => new Date(START.getTime() + count * 60_000);
const ROOM = 'CCRMUPGRADE';

let world: TestContext;
let upgrade: Upgrade;

async function running(change?: (plan: ResolvedPlan) => ResolvedPlan): Promise<void> {
  world = await testContext(db, [rollback], new Date('2026-11-25T09:00:00Z'));
  upgrade = await draftOf(world, change);
  await scheduleUpgrade(world.context, by('dana'), upgrade.id);
  world.clock.set(START);
  upgrade = await startUpgrade(world.context, by('dana'), upgrade.id);
}

const ask = (who = 'uma', reason = 'Quotes fail for everyone') =>
  openDecision(world.context, by(who), upgrade.id, reason);
const vote = (who: string, id: number, ballot: 'roll_back' | 'keep_going' | 'more_time') =>
  castVote(world.context, by(who), id, ballot);
const state = async () => (await getUpgrade(db, TEAM, upgrade.id)).state;
const facts = async (fact: string) =>
  (await getRecord(db, TEAM, upgrade.id)).filter((entry) => entry.fact === fact);
const poll = (target = ROOM) => {
  const post = world.slack.to(target).find(({ message }) => message.text.includes('Quotes fail'));
  if (!post) throw new Error(`no decision in ${target}`);
  return post;
};
const buttonsOf = (target = ROOM) =>
  poll(target).message.blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.map((element) => ('text' in element && element.text ? element.text.text : ''))
      : [],
  );

beforeEach(async () => {
  await db.execute('truncate timetable, outbox, decision, decision_advice');
  await running();
});

describe('asking', () => {
  test('any role → the decision in the room and with the sponsor, with its evidence, deadline and word on silence', async () => {
    await openIssue(world.context, by('olga'), upgrade.id, 'Order interface times out');
    await ask('petra');
    await world.settle();
    expect(poll('UPRIYA').message).toEqual(poll().message);
    const { text } = poll().message;
    expect(text).toContain('<@UPRIYA>, please decide by');
    expect(text).toContain('Quotes fail for everyone');
    expect(text).toContain('Open issue 1: Order interface times out');
    expect(text).toContain('2026-12-05 22:10 Europe/Berlin');
    expect(text).toContain('2026-12-06 00:45 Europe/Berlin');
    expect(text).toContain('the plan decides: roll back');
    expect(text).toContain('May be lost: Everything entered after the final backup');
    expect(buttonsOf()).toEqual(['Roll back', 'Keep going', 'More time (15 min)', 'Advise']);
  });

  it('twice → one decision, and the second reason beside it', async () => {
    const [first, second] = await Promise.all([ask('uma'), ask('olga', 'Log-in is broken too')]);
    expect([first.opened, second.opened].sort()).toEqual([false, true]);
    expect(first.decision.id).toBe(second.decision.id);
    await world.settle();
    const later = first.opened ? 'Log-in is broken too' : 'Quotes fail for everyone';
    expect(world.slack.to(ROOM).at(-1)?.message.text).toContain(`: ${later}`);
  });

  it('by somebody without a role → refused, on the record, nothing opened', async () => {
    await expect(ask('zoe')).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await facts('act.refused')).toMatchObject([{ actor: 'UZOE', data: { verb: 'ask_rollback' } }]);
    expect(await facts('rollback.asked')).toEqual([]);
  });

  it('an issue that comes later is shown in the open decision', async () => {
    await ask();
    await world.settle();
    expect(poll().message.text).toContain('No open issues');
    await openIssue(world.context, by('dana'), upgrade.id, 'Index is corrupt');
    await world.settle();
    expect(poll().message.text).toContain('Open issue 1: Index is corrupt');
    expect(world.slack.to(ROOM)).toHaveLength(1);
  });

  it('advice is shown with its name and decides nothing', async () => {
    const { decision } = await ask();
    await giveAdvice(world.context, by('petra'), upgrade.id, 'Sales can live with it until Monday <!here>');
    await world.settle();
    expect(poll().message.text).toContain('<@UPETRA>: Sales can live with it until Monday &lt;!here&gt;');
    expect((await getDecision(db, TEAM, decision.id)).state).toBe('open');
    await vote('priya', decision.id, 'keep_going');
    const late = giveAdvice(world.context, by('petra'), upgrade.id, 'Wait');
    await expect(late).rejects.toMatchObject({ code: 'wrong_state' });
  });
});

describe('who decides', () => {
  const cases: [who: string, escalated: boolean, outcome: 'counts' | 'refused'][] = [
    ['priya', false, 'counts'],
    ['priya', true, 'counts'],
    ['sam', false, 'refused'],
    ['sam', true, 'counts'],
    ['dana', false, 'refused'],
    ['dana', true, 'refused'],
    ['uma', true, 'refused'],
    ['petra', true, 'refused'],
    ['zoe', true, 'refused'],
    ['guest', true, 'refused'],
    ['xavier', true, 'refused'],
    ['buildbot', true, 'refused'],
    ['gone', true, 'refused'],
  ];
  for (const ballot of ['roll_back', 'keep_going', 'more_time'] as const) {
    test.each(cases)(`${ballot} by %s, escalated: %s → %s`, async (who, escalated, outcome) => {
      const { decision } = await ask();
      if (escalated) await world.passUntil(minutes(10));
      if (outcome === 'refused') {
        await expect(vote(who, decision.id, ballot)).rejects.toMatchObject({ code: 'not_allowed' });
        expect(await facts('act.refused')).toMatchObject([
          { actor: by(who).userId, data: { verb: 'decide' } },
        ]);
        expect(await getDecision(db, TEAM, decision.id)).toMatchObject({ state: 'open', extendedAt: null });
      } else {
        expect(await vote(who, decision.id, ballot)).toMatchObject({ counted: true });
        expect(await state()).toBe(ballot === 'roll_back' ? 'rolling_back' : 'in_progress');
      }
    });
  }

  test.each(['priya', 'sam', 'dana', 'zoe'])(
    'a stale button pressed by %s → told what was decided',
    async (who) => {
      const { decision } = await ask();
      await vote('priya', decision.id, 'keep_going');
      const late = await vote(who, decision.id, 'roll_back');
      expect(late).toMatchObject({ counted: false, decision: { choice: 'keep_going', decidedBy: 'UPRIYA' } });
      expect(await state()).toBe('in_progress');
      expect(await facts('rollback.decided')).toHaveLength(1);
    },
  );

  it('two at once → the first counts, the other is told who decided', async () => {
    const { decision } = await ask();
    await world.passUntil(minutes(10));
    const votes = await Promise.all([
      vote('priya', decision.id, 'roll_back'),
      vote('sam', decision.id, 'keep_going'),
      vote('priya', decision.id, 'roll_back'),
    ]);
    const counted = votes.filter((each) => each.counted);
    expect(counted).toHaveLength(1);
    for (const each of votes)
      expect(each.decision).toMatchObject({ decidedBy: counted[0]?.decision.decidedBy });
    expect(await facts('rollback.decided')).toHaveLength(1);
  });
});

describe('decided', () => {
  it('roll back → the lead gets the steps with the expected end; the decision keeps its history and loses its buttons', async () => {
    const { decision } = await ask();
    world.clock.set(minutes(5));
    await vote('priya', decision.id, 'roll_back');
    await world.settle();
    expect(await state()).toBe('rolling_back');
    const steps = world.slack.to(ROOM).at(-1)?.message.text;
    expect(steps).toContain('<@UDANA>, the rollback begins now');
    expect(steps).toContain('• Restore the database from the final backup');
    expect(steps).toContain('2026-12-05 23:05 Europe/Berlin');
    expect(poll().message.text).toContain('decided, roll back');
    expect(poll().message.text).toContain('<@UPRIYA> (sponsor) decided');
    expect(poll().message.text).toContain('asked for by <@UUMA>');
    expect(buttonsOf()).toEqual([]);
    expect(buttonsOf('UPRIYA')).toEqual([]);
  });

  it('keep going → the work goes on, and a new decision can be asked for', async () => {
    const { decision } = await ask();
    await vote('priya', decision.id, 'keep_going');
    expect(await state()).toBe('in_progress');
    expect(await ask('olga', 'It got worse')).toMatchObject({ opened: true, decision: { number: 2 } });
  });
});

describe('silence', () => {
  it('the first deadline → the deputy is called by a message of their own, and both can decide', async () => {
    await ask();
    await world.passUntil(minutes(10));
    expect(world.slack.to(ROOM).at(-1)?.message.text).toContain(
      '<@USAM>, <@UPRIYA> has not answered in time',
    );
    expect(buttonsOf('USAM')).toContain('Roll back');
    expect(await facts('rollback.escalated')).toMatchObject([{ data: { deputy: 'USAM' } }]);
    expect(await state()).toBe('in_progress');
  });

  it('decided before the call could be sent → the deputy is not called any more', async () => {
    const { decision } = await ask();
    await world.settle();
    world.slack.unreachable = true;
    await world.passUntil(minutes(10));
    world.slack.unreachable = false;
    await vote('priya', decision.id, 'keep_going');
    await db.execute('update outbox set not_before = null');
    await world.settle();
    expect(
      world.slack
        .to(ROOM)
        .map(({ message }) => message.text)
        .join(),
    ).not.toContain('has not answered in time');
    expect(await facts('message.withdrawn')).toMatchObject([
      { data: { kind: 'rollback.escalated', reason: 'it was settled before' } },
    ]);
  });

  test.each([
    ['roll-back', 'roll_back', 'rolling_back'],
    ['keep-going', 'keep_going', 'in_progress'],
  ] as const)('both deadlines, plan says %s → %s', async (onSilence, choice, next) => {
    await running((plan) => ({ ...plan, rollback: { ...plan.rollback, onSilence } }));
    await ask();
    await world.passUntil(minutes(19));
    expect(await facts('rollback.decided')).toEqual([]);
    await world.passUntil(minutes(20));
    expect(await facts('rollback.decided')).toMatchObject([
      { actor: null, data: { choice, how: 'silence' } },
    ]);
    expect(await state()).toBe(next);
    expect(poll().message.text).toContain('Nobody answered');
    expect(buttonsOf()).toEqual([]);
  });

  it('called in late after an outage → the deputy still has the whole time', async () => {
    const { decision } = await ask();
    world.clock.set(minutes(45));
    await world.settle();
    expect(await getDecision(db, TEAM, decision.id)).toMatchObject({
      state: 'open',
      escalatedAt: minutes(45),
      finalDeadlineAt: minutes(55),
    });
  });

  it('every message that a late row leads to → as late as its row', async () => {
    const late = async (kind: string, target = ROOM) =>
      (await getRecord(db, TEAM, upgrade.id)).flatMap(({ fact, data }) =>
        fact === 'message.sent' && data.kind === kind && data.target === target ? [data.lateSeconds] : [],
      );
    await ask();
    world.clock.set(minutes(45));
    await world.settle();
    expect(await late('rollback.escalated')).toEqual([35 * 60]);
    expect(await late('decision', 'USAM')).toEqual([35 * 60]);
    world.clock.set(minutes(75));
    await world.settle();
    expect(await late('rollback.steps')).toEqual([20 * 60]);
    expect(await facts('rollback.decided')).toMatchObject([{ data: { dueAt: minutes(55).toISOString() } }]);
  });
});

describe('more time', () => {
  it('before the escalation → moves both deadlines, once', async () => {
    const { decision } = await ask();
    world.clock.set(minutes(5));
    const { decision: extended } = await vote('priya', decision.id, 'more_time');
    expect(extended).toMatchObject({ deadlineAt: minutes(25), finalDeadlineAt: minutes(35) });
    await expect(vote('priya', decision.id, 'more_time')).rejects.toMatchObject({ code: 'wrong_state' });
    await world.passUntil(minutes(24));
    expect(await facts('rollback.escalated')).toEqual([]);
    expect(buttonsOf()).toEqual(['Roll back', 'Keep going', 'Advise']);
    await world.passUntil(minutes(34));
    expect(await facts('rollback.escalated')).toHaveLength(1);
    expect(await facts('rollback.decided')).toEqual([]);
    await world.passUntil(minutes(35));
    expect(await facts('rollback.decided')).toHaveLength(1);
  });

  it('after the escalation → moves the last deadline', async () => {
    const { decision } = await ask();
    await world.passUntil(minutes(12));
    await vote('sam', decision.id, 'more_time');
    await world.passUntil(minutes(34));
    expect(await facts('rollback.decided')).toEqual([]);
    await world.passUntil(minutes(35));
    expect(await facts('rollback.decided')).toHaveLength(1);
  });

  it('past the point of no return → the decision says so', async () => {
    world.clock.set(minutes(150));
    const { decision } = await ask();
    await world.settle();
    expect(poll().message.text).toContain('That is after the point of no return');
    await vote('priya', decision.id, 'keep_going');
  });
});

describe('the point of no return nears', () => {
  it('taken up late → the call to the sponsor is as late', async () => {
    const [row] = (await listRows(db, TEAM, upgrade.id)).filter(
      ({ kind }) => kind === 'rollback.point-of-no-return',
    );
    world.clock.set(new Date((row?.dueAt.getTime() ?? 0) + 5 * 60_000));
    await world.settle();
    const calls = (await listDeliveries(db, TEAM, upgrade.id)).filter(({ kind }) => kind === 'decision');
    expect(calls.map(({ plannedFor }) => plannedFor)).toEqual([row?.dueAt, row?.dueAt]);
  });

  it('with work open → Watchbell asks by itself, early enough for both deadlines', async () => {
    await world.passUntil(minutes(145));
    expect(await facts('rollback.asked')).toMatchObject([{ actor: null, at: minutes(145) }]);
    const { text } = world.slack.to(ROOM).at(-1)?.message ?? { text: '' };
    expect(text).toContain('Opened by Watchbell');
    expect(text).not.toContain('That is after the point of no return');
    await world.passUntil(minutes(165));
    expect(await state()).toBe('rolling_back');
  });

  it('taken up some seconds late → not said to end after the point of no return', async () => {
    world.clock.set(new Date(minutes(145).getTime() + 20_000));
    await world.settle();
    expect(await facts('rollback.asked')).toHaveLength(1);
    const { text } = world.slack.to(ROOM).at(-1)?.message ?? { text: '' };
    expect(text).toContain('A rollback fits into the window until');
    expect(text).not.toContain('That is after the point of no return');
  });

  it('less room for repair than two times to answer → asked at the planned end of the execution, not before', async () => {
    await running(({ rollback: rules, ...plan }) => ({ ...plan, rollback: { ...rules, answerWithin: 20 } }));
    await world.passUntil(minutes(134));
    expect(await facts('rollback.asked')).toEqual([]);
    await world.passUntil(minutes(135));
    expect(await facts('rollback.asked')).toMatchObject([{ actor: null, at: minutes(135) }]);
    expect(world.slack.to(ROOM).at(-1)?.message.text).toContain('That is after the point of no return');
  });

  it('with the work done → nobody is asked, and the record says why', async () => {
    await verifyUpgrade(world.context, by('dana'), upgrade.id);
    await world.passUntil(minutes(165));
    expect(await facts('rollback.asked')).toEqual([]);
    expect(await facts('timetable.skipped')).toMatchObject([
      { data: { reason: 'no work is open any more' } },
    ]);
  });

  it('with a decision open → no second one', async () => {
    world.clock.set(minutes(144));
    await ask();
    await world.passUntil(minutes(146));
    expect(await facts('rollback.asked')).toHaveLength(1);
    expect(await facts('timetable.skipped')).toMatchObject([
      { data: { reason: 'a decision is open already' } },
    ]);
  });
});

describe('while a decision is open', () => {
  it('the upgrade cannot be completed: only the sponsor binds', async () => {
    await verifyUpgrade(world.context, by('dana'), upgrade.id);
    const { decision } = await ask();
    const complete = () =>
      completeUpgrade(world.context, by('dana'), upgrade.id, { passed: [1, 2, 3, 4, 5, 6] });
    await expect(complete()).rejects.toMatchObject({
      code: 'wrong_state',
      next: expect.stringMatching(/^Ask @Priya .*\(the sponsor\)/),
    });
    await world.settle();
    expect(await state()).toBe('verifying');
    expect(buttonsOf()).toContain('Roll back');
    await vote('priya', decision.id, 'keep_going');
    await complete();
    await world.passUntil(minutes(200));
    expect(poll().message.text).toContain('decided, keep going');
    const rows = await listRows(db, TEAM, upgrade.id);
    expect(rows.filter((row) => row.state === 'planned')).toEqual([]);
  });

  it('an open one waits for the sponsor, for the deputy once called in, and for nobody else', async () => {
    await ask();
    const waiting = async (who: string) => (await rollback.waiting?.(world.context, by(who)))?.length;
    expect([await waiting('priya'), await waiting('sam'), await waiting('dana')]).toEqual([1, 0, 0]);
    await world.passUntil(minutes(10));
    expect([await waiting('priya'), await waiting('sam'), await waiting('dana')]).toEqual([1, 1, 0]);
  });
});

test('the preview shows the decision as the point of no return would open it', async () => {
  const [item] = (await rollback.preview?.(world.context, upgrade)) ?? [];
  expect(item).toMatchObject({ at: undefined, to: `${ROOM} UPRIYA` });
  expect(item?.message.text).toContain('please decide by <!date^');
  expect(item?.message.text).toContain('2026-12-06 00:35 Europe/Berlin');
});
