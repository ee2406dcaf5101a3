import { beforeEach, describe, expect, it } from 'vitest';
import { testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { type Context, transact } from '../context.ts';
import { getRecord } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { type Handler, handler } from './decide.ts';
import { TimetableRunner } from './runner.ts';
import { cancelRows, claimDue, listRows, planRows, type Row } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

let context: Context;
let setClock: (at: Date) => void;
let upgradeId = 0;

beforeEach(async () => {
  const test = await testContext(db, [], NOW);
  context = test.context;
  setClock = (at) => test.clock.set(at);
  await db.execute(`update timetable set state = 'cancelled' where state = 'planned'`);
  upgradeId += 1;
});

const plan = (kind: string, slot: string, dueAt: Date) =>
  transact(context, (unit) => planRows(unit, [{ teamId: TEAM, upgradeId, kind, slot, dueAt }]));
const rows = () => listRows(db, TEAM, upgradeId);

/** Notes which slots it was asked for, in order. */
function noting(
  kind: string,
  decide: (row: Row) => Promise<'done' | { skipped: string }> = async () => 'done',
) {
  const seen: string[] = [];
  const noted: Handler = handler({
    kind,
    async decide(_unit, row) {
      seen.push(row.slot);
      return decide(row);
    },
  });
  return { seen, noted };
}

describe('a row of the timetable', () => {
  it('is unique by upgrade, kind and slot, however often it is planned', async () => {
    await plan('bell', '1', later(0));
    await plan('bell', '1', later(5));
    expect(await rows()).toMatchObject([{ slot: '1', dueAt: later(0) }]);
  });

  it('waits for its time, then is settled once', async () => {
    const { seen, noted } = noting('bell');
    const runner = new TimetableRunner(context, [noted]);
    await plan('bell', '1', later(30));
    await runner.runDue();
    expect(seen).toEqual([]);
    setClock(later(30));
    await runner.runDue();
    await runner.runDue();
    expect(seen).toEqual(['1']);
    expect(await rows()).toMatchObject([{ state: 'done', settledAt: later(30) }]);
  });

  it('is taken by one of many workers', async () => {
    const { seen, noted } = noting('bell');
    for (let slot = 0; slot < 30; slot++) await plan('bell', `${slot}`, later(-slot));
    await Promise.all(Array.from({ length: 5 }, () => new TimetableRunner(context, [noted]).runDue()));
    while ((await rows()).some((row) => row.state === 'planned'))
      await new TimetableRunner(context, [noted]).runDue();
    expect([...seen].sort()).toEqual(Array.from({ length: 30 }, (_, slot) => `${slot}`).sort());
  });

  it('of one upgrade follows the earlier one, even in another worker', async () => {
    await plan('bell', 'second', later(-1));
    await plan('bell', 'first', later(-2));
    const [held] = await claimDue(db, NOW, 10, 60);
    expect(held?.slot).toBe('first');
    expect(await claimDue(db, NOW, 10, 60)).toEqual([]);
  });

  it('that was skipped says why, on the record too', async () => {
    const { noted } = noting('bell', async () => ({ skipped: 'the work has ended' }));
    await plan('bell', '1', NOW);
    await new TimetableRunner(context, [noted]).runDue();
    expect(await rows()).toMatchObject([{ state: 'skipped', reason: 'the work has ended' }]);
    expect(await getRecord(db, TEAM, upgradeId)).toMatchObject([
      {
        fact: 'timetable.skipped',
        actor: null,
        data: { kind: 'bell', slot: '1', reason: 'the work has ended' },
      },
    ]);
  });

  it('that was cancelled while it was worked on leaves no trace of that work', async () => {
    await plan('bell', '1', NOW);
    const meddling = handler({
      kind: 'bell',
      prepare: async () => {
        await transact(context, (unit) => cancelRows(unit, upgradeId, ['bell'], 'cancelled meanwhile'));
      },
      async decide(unit) {
        await planRows(unit, [{ teamId: TEAM, upgradeId, kind: 'bell', slot: '2', dueAt: later(1) }]);
        return 'done';
      },
    });
    await new TimetableRunner(context, [meddling]).runDue();
    expect(await rows()).toMatchObject([{ slot: '1', state: 'cancelled' }]);
  });

  it('whose handler fails is tried again later, and does not hold up the others', async () => {
    const { seen, noted } = noting('bell', async (row) => {
      if (row.slot === 'bad') throw new Error('a defect');
      return 'done';
    });
    await plan('bell', 'bad', later(-2));
    await plan('bell', 'good', later(-1));
    await new TimetableRunner(context, [noted]).runDue();
    expect(seen).toEqual(['bad', 'good']);
    expect(await rows()).toMatchObject([
      { slot: 'bad', state: 'planned' },
      { slot: 'good', state: 'done' },
    ]);
  });

  it('is not given up while Slack is to blame, but is after its handler failed by itself eight times', async () => {
    const failing = (error: Error) =>
      new TimetableRunner(context, [handler({ kind: 'bell', decide: () => Promise.reject(error) })]);
    await plan('bell', '1', NOW);
    const again = async (runner: TimetableRunner) => {
      await db.execute(`update timetable set not_before = null where upgrade_id = ${upgradeId}`);
      await runner.runDue();
    };
    const slackDown = failing(new SlackFailure('passing', 'users.info', 'ECONNREFUSED'));
    for (let attempt = 0; attempt < 9; attempt++) await again(slackDown);
    expect(await rows()).toMatchObject([{ state: 'planned' }]);
    const defective = failing(new Error('a defect'));
    for (let attempt = 0; attempt < 7; attempt++) await again(defective);
    expect(await rows()).toMatchObject([{ state: 'planned' }]);
    await again(defective);
    expect(await rows()).toMatchObject([{ state: 'failed', reason: 'a defect' }]);
    expect(await getRecord(db, TEAM, upgradeId)).toMatchObject([{ fact: 'timetable.failed' }]);
  });
});
