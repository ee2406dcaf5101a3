import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { FormValues, Sandbox } from '../../src/sandbox/index.ts';
import { type Act, minutesAfter } from './act.ts';
import { typedTime } from './answers.ts';
import type { PacedClock } from './paced-clock.ts';
import type { People } from './people.ts';
import type { Scenario, Story } from './scenario.ts';

/** One upgrade of the run. */
export interface Played {
  story: Story;
  /** `UP-3` */
  key: string;
  id: number;
}

export interface Stage {
  scenario: Scenario;
  sandbox: Sandbox;
  clock: PacedClock;
  database: pg.Pool;
  people: People;
  /** Real milliseconds of the epoch after which nobody tries again. */
  deadline: number;
}

const MOST_TRIES = 80;
/** Real milliseconds after which somebody who was refused tries again. */
const NOT_YET_MS = 500;
const DONE = ['completed', 'rolled_back', 'closed', 'cancelled'];

/** Every plan becomes a draft; nothing is struck yet. */
export async function importPlans(stage: Stage): Promise<Played[]> {
  const played: Played[] = [];
  for (const story of stage.scenario.stories) {
    let draft = await findDraft(stage, story);
    for (let tries = 0; tries < 8 && !draft; tries++) {
      await importPlan(stage, story);
      draft = await findDraft(stage, story);
    }
    if (!draft) throw new Error(`this does not become a draft:\n${story.yaml}`);
    played.push({ story, key: `UP-${draft.number}`, id: draft.id });
  }
  return played;
}

async function importPlan({ sandbox }: Stage, { lead, room, yaml }: Story): Promise<void> {
  const person = sandbox.as(lead);
  await person.command(room, '/upgrade', 'import');
  await within(4_000, () => person.modal() !== undefined);
  if (!person.modal()) return;
  const file = person.uploadFile('plan.yaml', yaml);
  const outcome = await person.submit({ file: [file.id] });
  while (person.modal()) await person.closeModal();
  if (outcome.result !== 'errors') return;
  const said = JSON.stringify(outcome.errors);
  // A busy machine may keep Slack's answer from the bot; anything else is a plan that cannot be.
  if (!said.includes('That did not work')) throw new Error(`${said}\n${yaml}`);
}

async function findDraft(
  { database }: Stage,
  { title }: Story,
): Promise<{ id: number; number: number } | undefined> {
  const { rows } = await database.query<{ id: number; number: number }>(
    `select id, number from upgrade where plan->>'upgrade' = $1 order by id limit 1`,
    [title],
  );
  return rows[0];
}

/** The plan becomes binding, before time runs fast: a start that has passed could not be scheduled any more. */
export async function schedule(stage: Stage, played: Played): Promise<void> {
  const { tried, scheduling } = played.story;
  for (const act of [...tried, scheduling]) await perform(stage, played, act);
  await insist(stage, played, 'schedule', async () => (await stateOf(stage, played)) !== 'draft');
}

/** Everything that people do about one upgrade, until they close it. */
export async function playStory(stage: Stage, played: Played): Promise<void> {
  const { scenario, clock } = stage;
  const { story } = played;
  const of = (after: Act['after']) => story.acts.filter((act) => act.after === after);
  await performAll(stage, played, of('beginning'), scenario.begin);
  if (story.finishAfter === undefined) return callOff(stage, played);
  await insist(stage, played, 'start', async () => (await stateOf(stage, played)) !== 'scheduled');
  const started = clock.now();
  const during = of('start').filter(({ at }) => at < (story.finishAfter ?? 0));
  await performAll(stage, played, during, started);
  await untilTime(clock, minutesAfter(started, story.finishAfter));
  await insist(stage, played, 'done', async () => DONE.includes(await stateOf(stage, played)));
  await performAll(stage, played, of('end'), clock.now());
}

/** One after the other, at their minutes after `from`. */
async function performAll(stage: Stage, played: Played, acts: Act[], from: Date): Promise<void> {
  for (const act of acts) {
    await untilTime(stage.clock, minutesAfter(from, act.at));
    await perform(stage, played, act);
  }
}

async function callOff(stage: Stage, played: Played): Promise<void> {
  await insist(stage, played, 'cancel', async () => (await stateOf(stage, played)) === 'cancelled');
}

/** The lead tries until it is so: what is planned must come to an end, whatever was struck. */
async function insist(
  stage: Stage,
  played: Played,
  verb: string,
  holds: () => Promise<boolean>,
): Promise<void> {
  const { story, key } = played;
  for (let tries = 0; tries < MOST_TRIES && Date.now() < stage.deadline && !(await holds()); tries++) {
    const verifying = (await stateOf(stage, played)) === 'verifying';
    const form: FormValues | undefined =
      verb === 'cancel' ? {} : verb === 'done' && verifying ? { 'checks.1': ['1'] } : undefined;
    const who = { upgrade: key, by: story.lead, verb, room: story.room };
    const { answer } = await stage.people.type(who, `${verb} ${key}`, {
      form,
      times: tries === 0 ? story.insisting : 'once',
    });
    if (/planned window of .* ended|has not been started/.test(answer)) await moveAhead(stage, played);
    if (answer.startsWith('Not done')) await pause(NOT_YET_MS);
  }
  if (!(await holds())) throw new Error(`${key}: ${verb} does not get through`);
}

/** It took so long to get through that the window is over, or no longer has room for a rollback. */
async function moveAhead({ clock, people }: Stage, { key, story }: Played): Promise<void> {
  const who = { upgrade: key, by: story.lead, verb: 'reschedule', room: story.room };
  const start = toTheMinute(minutesAfter(clock.now(), 10));
  const details = { start: start.getTime(), text: 'it took too long', times: 'once' } as const;
  await people.type(who, `reschedule ${key} ${typedTime(start)} it took too long`, details);
}

const toTheMinute = (at: Date): Date => new Date(Math.floor(at.getTime() / 60_000) * 60_000);

async function perform({ people }: Stage, { key, story }: Played, act: Act): Promise<unknown> {
  const who = { upgrade: key, by: act.by, verb: act.do.verb, room: act.from ?? story.room };
  const { times } = act;
  switch (act.do.verb) {
    case 'vote':
      return people.vote(who, act.do.ballot, act.do.where, times);
    case 'reschedule': {
      const { to } = act.do;
      const details = { start: to.getTime(), text: 'the vendor is late', times };
      return people.type(who, `reschedule ${key} ${typedTime(to)} the vendor is late`, details);
    }
    case 'status':
    case 'issue':
    case 'rollback':
      return people.type(who, `${act.do.verb} ${key} ${act.do.text}`, { text: act.do.text, times });
    case 'resolve':
      return people.type(who, `resolve ${key} ${act.do.number}`, { number: act.do.number, times });
    case 'cancel':
      return people.type(who, `cancel ${key} no longer needed`, {
        form: {},
        text: 'no longer needed',
        times,
      });
    case 'open home':
      return people.openHome(act.by, times);
    case 'done':
    case 'schedule':
    case 'start':
    case 'close':
      return people.type(who, `${act.do.verb} ${key}`, { times });
  }
}

async function stateOf({ database }: Stage, { id }: Played): Promise<string> {
  const result = await patiently(() =>
    database.query<{ state: string }>('select state from upgrade where id = $1', [id]),
  );
  return result.rows[0]?.state ?? '';
}

/** Our own looks into a database that is struck as well. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries > 100) throw error;
      await pause(50);
    }
  }
}

export async function untilTime(clock: PacedClock, at: Date): Promise<void> {
  for (let left = at.getTime() - clock.now().getTime(); left > 0; left = at.getTime() - clock.now().getTime())
    await pause(Math.max(1, Math.min(left / clock.speed, 1_000)));
}

async function within(patience: number, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + patience; !holds() && Date.now() < end; ) await pause(10);
}
