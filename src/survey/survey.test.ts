import { beforeEach, describe, expect, it, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { getRecord } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { listRows } from '../timetable/index.ts';
import { completeUpgrade } from '../upgrade/complete-upgrade.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { verifyUpgrade } from '../upgrade/verify-upgrade.ts';
import { answerForm, readAnswerForm } from './answer-form.ts';
import { answerSurvey, deleteAnswer, readAnswer } from './answer-survey.ts';
import { survey } from './index.ts';
import { drawResults, writeComments } from './publish-results.ts';
import { type Answer, deriveResults } from './rules.ts';
import { findSurvey, listAnswers } from './store.ts';

const { db } = await testDatabase();
const KOLKATA = new Date('2026-12-14T04:30:00Z');
const BERLIN = new Date('2026-12-14T09:00:00Z');
const NEW_YORK = new Date('2026-12-14T15:00:00Z');
const NUDGED = new Date('2026-12-17T15:00:00Z');
const CLOSED = new Date('2026-12-21T15:00:00Z');
const ROOM = 'CCRMUPGRADE';
/** #sales, @field-sales and Emma; without Gero, who left. */
const ASKED = ['arjun', 'emma', 'lena', 'mike', 'noah', 'petra', 'priya', 'sam', 'sunil', 'tom', 'zoe'];

let world: TestContext;
let upgrade: Upgrade;

/** Completed on Sunday at 02:30 in Berlin, which is Saturday evening in New York. */
async function completed(change?: (plan: ResolvedPlan) => ResolvedPlan): Promise<void> {
  world = await testContext(db, [survey], new Date('2026-11-25T09:00:00Z'));
  upgrade = await draftOf(world, change);
  await scheduleUpgrade(world.context, by('dana'), upgrade.id);
  world.clock.set(new Date('2026-12-05T21:00:00Z'));
  await startUpgrade(world.context, by('dana'), upgrade.id);
  await verifyUpgrade(world.context, by('dana'), upgrade.id);
  world.clock.set(new Date('2026-12-06T01:30:00Z'));
  upgrade = await completeUpgrade(world.context, by('dana'), upgrade.id, { passed: [1, 2, 3, 4, 5, 6] });
}

const content = (satisfaction: number, more: Partial<Answer> = {}): Answer => ({
  satisfaction,
  difficulty: null,
  kind: null,
  suggestion: null,
  mayName: false,
  ...more,
});
const answer = (who: string, satisfaction: number, more?: Partial<Answer>) =>
  answerSurvey(world.context, by(who), upgrade.id, content(satisfaction, more));
const facts = async (fact: string) =>
  (await getRecord(db, TEAM, upgrade.id)).filter((entry) => entry.fact === fact);
const answers = async () => {
  const found = await findSurvey(db, TEAM, upgrade.id);
  return found ? listAnswers(db, found.id) : [];
};
const dms = (who: string) => world.slack.to(by(who).userId).map(({ message }) => message.text);
const asked = () => ASKED.filter((who) => dms(who).length > 0);
const results = () => world.slack.to(ROOM).at(-1)?.message;

beforeEach(async () => {
  await db.execute('truncate timetable, outbox, survey, survey_answer, survey_invitation');
  await completed();
});

describe('invitations', () => {
  it('each person once, at 10:00 of Monday in their own zone; no bot, nobody who left', async () => {
    await world.passUntil(new Date(KOLKATA.getTime() - 1));
    expect(asked()).toEqual([]);
    await world.passUntil(KOLKATA);
    expect(asked()).toEqual(['arjun', 'sunil']);
    await world.passUntil(BERLIN);
    expect(asked()).toEqual(['arjun', 'emma', 'lena', 'petra', 'sam', 'sunil', 'tom']);
    await world.passUntil(NEW_YORK);
    expect(asked()).toEqual(ASKED);
    expect(world.slack.posts).toHaveLength(ASKED.length);
    expect(await facts('survey.opened')).toMatchObject([
      { data: { people: ASKED.length, closesAt: CLOSED.toISOString() } },
    ]);
  });

  it('the plan has no survey → nobody is asked', async () => {
    await completed((plan) => ({ ...plan, communication: { ...plan.communication, survey: 'off' } }));
    expect(await listRows(db, TEAM, upgrade.id)).toEqual([]);
    expect(await survey.preview?.(world.context, upgrade)).toEqual([]);
  });

  it('nobody in the audience → skipped, and the record says why', async () => {
    await completed((plan) => ({ ...plan, audience: { channels: [], groups: [], users: [] } }));
    await world.passUntil(CLOSED);
    expect(await facts('timetable.skipped')).toMatchObject([
      { data: { kind: 'survey.open', reason: "nobody of the plan's audience could be found" } },
    ]);
  });

  it('waits for those who were asked and are silent', async () => {
    const waiting = async (who: string) => (await survey.waiting?.(world.context, by(who)))?.length;
    await world.passUntil(BERLIN);
    expect([await waiting('lena'), await waiting('zoe'), await waiting('dana')]).toEqual([1, 0, 0]);
    await answer('lena', 4);
    expect(await waiting('lena')).toBe(0);
  });
});

describe('answering', () => {
  beforeEach(() => world.passUntil(NEW_YORK));

  it('changes the invitation into thanks; a second answer takes the place of the first', async () => {
    expect(await answer('zoe', 2, { difficulty: 'Slow' })).toMatchObject({ changed: false });
    expect(await answer('zoe', 4)).toMatchObject({ changed: true });
    await world.settle();
    expect(await answers()).toMatchObject([{ userId: 'UZOE', satisfaction: 4, difficulty: null }]);
    expect(dms('zoe')).toHaveLength(1);
    expect(dms('zoe')[0]).toContain('thank you');
    expect(await readAnswer(world.context, by('zoe'), upgrade.id)).toMatchObject({
      answer: { satisfaction: 4 },
    });
  });

  it('a double submit → one answer', async () => {
    await Promise.all([answer('zoe', 3), answer('zoe', 3), answer('zoe', 3)]);
    expect(await answers()).toHaveLength(1);
  });

  it('the record says that there was an answer, never whose', async () => {
    await answer('zoe', 3);
    expect(await facts('survey.answered')).toMatchObject([{ actor: null, data: { changed: false } }]);
  });

  test.each(['dana', 'uma', 'guest', 'buildbot', 'gone', 'xavier'])(
    'by %s, who was not asked → refused',
    async (who) => {
      await expect(answer(who, 5)).rejects.toMatchObject({ code: 'not_allowed' });
      expect(await answers()).toEqual([]);
    },
  );

  it('deleted by its author → nothing is kept, and they can answer again', async () => {
    await answer('zoe', 3, { suggestion: 'Undo' });
    expect(await deleteAnswer(world.context, by('zoe'), upgrade.id)).toBe(true);
    expect(await deleteAnswer(world.context, by('zoe'), upgrade.id)).toBe(false);
    await world.settle();
    expect(await answers()).toEqual([]);
    expect(dms('zoe')[0]).toContain('how is crm for you now?');
  });

  it('too late → told kindly, nothing is changed', async () => {
    await world.passUntil(CLOSED);
    await expect(answer('zoe', 5)).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('closed on 21 December, 16:00 (Europe/Berlin)'),
    });
    expect(await answers()).toEqual([]);
  });
});

test('before anybody was asked → the survey has not begun', async () => {
  await expect(answer('zoe', 5)).rejects.toMatchObject({ code: 'wrong_state' });
});

test('asked tomorrow → not today', async () => {
  await world.passUntil(KOLKATA);
  await expect(answer('zoe', 5)).rejects.toMatchObject({ code: 'not_allowed' });
});

test('three days later → one reminder, only to the silent', async () => {
  await world.passUntil(NEW_YORK);
  await answer('zoe', 4);
  await answer('lena', 4);
  await world.passUntil(CLOSED);
  expect(dms('zoe')).toHaveLength(1);
  expect(dms('lena')).toHaveLength(1);
  for (const who of ASKED.filter((each) => each !== 'zoe' && each !== 'lena')) {
    expect(dms(who)).toHaveLength(2);
    expect(dms(who)[1]).toContain('This is the only reminder');
  }
  expect(await facts('message.sent').then((sent) => sent.at(-2)?.at)).toEqual(NUDGED);
});

test('who answers while the reminder cannot be sent is not reminded, and the record says why', async () => {
  await world.passUntil(NEW_YORK);
  world.slack.unreachable = true;
  await world.passUntil(NUDGED);
  world.slack.unreachable = false;
  await answer('zoe', 4);
  await db.execute('update outbox set not_before = null');
  await world.settle();
  expect(dms('zoe')).toHaveLength(1);
  expect(dms('noah')).toHaveLength(2);
  expect(await facts('message.withdrawn')).toMatchObject([
    { data: { kind: 'survey.nudge', target: 'UZOE', reason: 'they have answered meanwhile' } },
  ]);
});

test('invited by an older version, which knows of no reminders → asked, and not reminded', async () => {
  await world.passUntil(KOLKATA);
  const found = await findSurvey(db, TEAM, upgrade.id);
  await db.execute(
    `insert into survey_invitation (survey_id, user_id, invite_at)
     values (${found?.id}, 'UHUGO', '${BERLIN.toISOString()}')`,
  );
  await world.passUntil(CLOSED);
  expect(dms('hugo')).toHaveLength(1);
});

test('a day without Watchbell → invitations, reminders and results are as late as their rows', async () => {
  const HOUR = 3_600_000;
  const late = async (kind: string) =>
    (await getRecord(db, TEAM, upgrade.id)).flatMap(({ fact, data }) =>
      fact === 'message.sent' && data.kind === kind ? [data.lateSeconds] : [],
    );
  await world.passUntil(BERLIN);
  for (const [due, kind] of [
    [NEW_YORK, 'survey'],
    [NUDGED, 'survey.nudge'],
    [CLOSED, 'survey.results'],
  ] as const) {
    expect(await late(kind)).not.toContain(6 * 3_600);
    world.clock.set(new Date(due.getTime() + 6 * HOUR));
    await world.settle();
    expect(await late(kind)).toContain(6 * 3_600);
  }
});

describe('the end', () => {
  async function answered() {
    await world.passUntil(NEW_YORK);
    await answer('zoe', 5, { kind: 'missing', suggestion: 'A dark theme' });
    await answer('lena', 2, { kind: 'bug', difficulty: 'Quotes <!channel> vanish', mayName: true });
    await answer('arjun', 4);
    await world.passUntil(CLOSED);
  }

  it('→ counts, rate, distribution as a chart with its figures as text, comments by kind, no name without consent', async () => {
    await answered();
    const message = results();
    expect(message?.text).toContain('3 of 11 people answered (27 %)');
    expect(message?.text).toContain('Satisfaction is 3.7 of 5 on average');
    expect(message?.text).toContain('• 5, very satisfied: 1 (33 %)');
    expect(message?.text).toContain('• A dark theme');
    expect(message?.text).toContain('• Quotes &lt;!channel&gt; vanish (<@ULENA>)');
    expect(JSON.stringify(message)).not.toContain('UZOE');
    expect(message?.blocks.map(({ type }) => String(type))).toContain('data_visualization');
    expect(await facts('survey.closed')).toMatchObject([{ data: { people: 11, answers: 3 } }]);
  });

  it('→ nobody is asked any more: an invitation says so and loses its button, an answer can still be deleted', async () => {
    await answered();
    const shown = (who: string) => world.slack.to(by(who).userId)[0]?.message;
    expect(shown('petra')?.text).toContain('the survey is closed');
    expect(JSON.stringify(shown('petra'))).not.toContain('survey.answer');
    expect(shown('zoe')?.text).toContain('thank you');
    expect(JSON.stringify(shown('zoe'))).not.toContain('survey.answer');
    expect(JSON.stringify(shown('zoe'))).toContain('survey.delete');
  });

  it('an invitation that could not be sent by then → is left out', async () => {
    await world.passUntil(new Date(NEW_YORK.getTime() - 1));
    world.slack.unreachable = true;
    await world.passUntil(NEW_YORK);
    const late = ASKED.filter((who) => dms(who).length === 0);
    world.clock.set(new Date(CLOSED.getTime() + 60_000));
    await world.settle();
    world.slack.unreachable = false;
    await db.execute('update outbox set not_before = null');
    await world.settle();
    expect(late.length).toBeGreaterThan(0);
    for (const who of late) expect(dms(who)).toEqual([]);
    const left = (await facts('message.withdrawn')).filter(
      ({ data }) => 'kind' in data && data.kind === 'survey',
    );
    expect(left).toHaveLength(late.length);
    expect(left[0]?.data).toMatchObject({ reason: 'the survey is closed' });
  });

  it('Slack refuses the chart → the same with bars of text', async () => {
    await world.passUntil(NEW_YORK);
    for (const who of ['zoe', 'lena', 'arjun']) await answer(who, 4);
    await world.passUntil(new Date(CLOSED.getTime() - 1));
    world.slack.failNext.push({ failure: new SlackFailure('refused', 'chat.postMessage', 'invalid_blocks') });
    await world.passUntil(CLOSED);
    expect(world.slack.to(ROOM)).toHaveLength(1);
    expect(results()?.text).toContain('• 4, satisfied: 3 (100 %) ████');
    expect(results()?.blocks.map(({ type }) => String(type))).not.toContain('data_visualization');
  });

  it('Slack refuses the results themselves → given up, not tried for ever', async () => {
    await world.passUntil(new Date(CLOSED.getTime() - 1));
    const failure = new SlackFailure('refused', 'chat.postMessage', 'is_archived');
    world.slack.failNext.push({ failure }, { failure });
    await world.passUntil(CLOSED);
    expect(world.slack.to(ROOM)).toEqual([]);
    expect(await facts('message.failed')).toHaveLength(2);
  });

  it('an answer deleted afterwards → the results are drawn anew without it', async () => {
    await answered();
    await deleteAnswer(world.context, by('zoe'), upgrade.id);
    await world.settle();
    expect(world.slack.to(ROOM)).toHaveLength(1);
    expect(results()?.text).toContain('2 of 11 people answered');
    expect(results()?.text).not.toContain('A dark theme');
  });
});

test('many long comments → within the limits, with the whole as a file', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    userId: `U${index}`,
    ...content(3, { kind: 'bug' as const, difficulty: `${index} ${'long '.repeat(190)}` }),
  }));
  const { text, blocks } = drawResults(world.context, upgrade, deriveResults(80, many), true);
  expect(text.length).toBeLessThanOrEqual(3_900);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
  expect(JSON.stringify(blocks)).toContain('All comments as a file');
});

test('the file of all comments → every line of them, and all of it stays text', () => {
  const difficulty =
    '![x](https://evil.example/a.png)\r\n# All is well\n\nSigned\n---\n\t1. [in](https://evil.example)';
  const answer = { userId: 'UZOE', ...content(3, { difficulty, kind: 'bug', mayName: true }) };
  const titled = { ...upgrade, plan: { ...upgrade.plan, upgrade: 'CRM *9*' } };
  expect(writeComments(titled, deriveResults(1, [answer])).split('\n')).toEqual([
    `# UP-${upgrade.number} CRM \\*9\\*: comments`,
    '',
    '## Something is broken',
    '',
    '- !\\[x\\](https://evil.example/a.png)',
    '  \\# All is well',
    '  ',
    '  Signed',
    '  \\---',
    '  1\\. \\[in\\](https://evil.example)',
    '',
  ]);
});

describe('the form', () => {
  it('is filled with the answer before, and reads back as it', () => {
    const before = content(2, { kind: 'bug', difficulty: 'Slow', mayName: true });
    const form = JSON.stringify(answerForm(7, 'UP-7', before));
    expect(form).toContain('"initial_value":"Slow"');
    expect(form).toContain('"initial_option":{"text":{"type":"plain_text","text":"2, dissatisfied"');
    const values = { satisfaction: '2', kind: 'bug', difficulty: ' Slow ', mayName: ['yes'] };
    expect(readAnswerForm(values)).toEqual({ answer: before });
    expect(readAnswerForm({ satisfaction: '5', mayName: [] })).toEqual({ answer: content(5) });
  });

  test.each([
    [{}, 'satisfaction'],
    [{ satisfaction: '6' }, 'satisfaction'],
    [{ satisfaction: '3', kind: 'praise' }, 'kind'],
    [{ satisfaction: '3', difficulty: 'x'.repeat(1_001) }, 'difficulty'],
  ])('%j → an error under its input', (values, at) => {
    expect(readAnswerForm(values)).toEqual({ errors: { [at]: expect.any(String) } });
  });
});
