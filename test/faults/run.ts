import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { harbour, readManifest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { drawTimes, minutesAfter } from './act.ts';
import { Dice } from './dice.ts';
import { type Evidence, findNextDue, listUnsettled, readRecord, type Struck } from './evidence.ts';
import { type BadEnd, Fleet, type Pool } from './fleet.ts';
import { FrontDoor } from './front-door.ts';
import { Observer } from './observer.ts';
import { type Pace, PacedClock } from './paced-clock.ts';
import { People } from './people.ts';
import { importPlans, type Played, patiently, playStory, type Stage, schedule, untilTime } from './play.ts';
import type { Redis } from './redis.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import type { Postgres } from './stores.ts';
import type { StrikeKind } from './strikes.ts';
import { Striking } from './striking.ts';

/** What stays between runs. */
export interface Ground {
  pool: Pool;
  postgres: Postgres;
  redis: Redis | undefined;
  /** Where each run keeps its logs. */
  folder: string;
  /** Where only these kinds of strikes are drawn, and more of them. */
  under?: readonly StrikeKind[] | undefined;
}

/** Planning goes on at this pace, and ends before the run's beginning. */
const PLANNING = { speed: 10, aheadMs: 5 * 60_000 };
const SCHEDULED_AT_ONCE = 4;
/** Real milliseconds before each moment of a survey. */
const SURVEY_RUN_UP_MS = 300;
/** Minutes within which everything happens but surveys. */
const STRUCK_MINUTES = 24;
/** Real milliseconds for which a strike explains that a process does not end in good order. */
const FELT_MS = 2_000;
/** Real milliseconds for everything to come to rest, once nothing is struck any more. */
const REST_MS = 40_000;
/** A run in which nothing gets through any more is given up after so many real milliseconds. */
const RUN_MS = 300_000;

/** Plays one seed to its end. */
export async function playRun(ground: Ground, seed: number): Promise<Evidence> {
  const dice = new Dice(seed);
  const scenario = drawScenario(dice.fork('scenario'));
  const name = `run_${seed}_${process.pid}`;
  const folder = path.join(ground.folder, `seed-${seed}`);
  await mkdir(folder, { recursive: true });
  const url = await ground.postgres.create(name);
  await ground.redis?.renew();
  const database = new pg.Pool({ connectionString: url, max: 3 });
  database.on('error', () => undefined); // it is struck as well, and asked again
  const early = scenario.begin.getTime() - PLANNING.aheadMs;
  const clock = new PacedClock({ real: Date.now(), virtual: early, speed: PLANNING.speed });
  const sandbox = await openSlack(clock, scenario);
  const mishaps: string[] = [];
  const badEnds: BadEnd[] = [];
  const skews = dice.fork('skew');
  const fleet = new Fleet({
    pool: ground.pool,
    folder,
    env: environment(sandbox, url, { queue: ground.redis?.url, scenario }),
    pace: () => clock.pace,
    drawSkew: () => (scenario.skewed ? skews.between(-2_000, 2_000) : 0),
    onCrash: (what) => mishaps.push(what),
    onBadEnd: (end) => badEnds.push(end),
    overHttp: scenario.overHttp ?? false,
  });
  const door = scenario.overHttp ? await FrontDoor.open(() => fleet.doors) : undefined;
  sandbox.deliverOverHttp(door?.url);
  try {
    const deadline = Date.now() + RUN_MS;
    const people = new People(sandbox, clock, deadline);
    const stage: Stage = { scenario, sandbox, clock, database, people, deadline };
    const observer = new Observer(sandbox);
    await fleet.start(scenario.roles);
    const world = { sandbox, fleet, door, postgres: ground.postgres, database: name, redis: ground.redis };
    const striking = new Striking(world, clock, ground.under);
    const played = await live(stage, { fleet, striking, mishaps }, dice);
    const record = await patiently(() => readRecord(database));
    const unsettled = await patiently(() => listUnsettled(database));
    await fleet.stop();
    const { struck } = striking;
    mishaps.push(...badEnds.filter((end) => isUnexplained(end, struck)).map(({ what }) => what));
    const { attempts } = people;
    const { seen, lag, stalls } = observer;
    const found = { seen, lag, stalls, attempts, record, unsettled, mishaps };
    return { seed, scenario, clock, sandbox, played, struck, ...found };
  } finally {
    await fleet.stop();
    door?.close();
    await sandbox.close();
    await database.end();
    await patiently(() => ground.postgres.drop(name));
  }
}

function openSlack(clock: PacedClock, { rateLimits }: Scenario): Promise<Sandbox> {
  const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
  return startSandbox({ organisation: harbour, manifest, clock, rateLimits });
}

/** Told to end while nothing else was struck, or just had been, a process has no reason not to. */
const isUnexplained = (end: BadEnd, struck: Struck[]): boolean =>
  !struck.some(
    ({ what, from, to }) => !what.startsWith('SIGTERM') && from <= end.to && to >= end.from - FELT_MS,
  );

interface Play {
  fleet: Fleet;
  striking: Striking;
  mishaps: string[];
}

async function live(stage: Stage, play: Play, dice: Dice): Promise<Played[]> {
  const { striking, mishaps } = play;
  const { begin, speed } = stage.scenario;
  const played = await importPlans(stage);
  const early = dice.fork('early strike');
  const first = early.chance(0.3) ? striking.one(early) : undefined;
  // All at once would be more messages than Slack takes in a moment.
  for (let from = 0; from < played.length; from += SCHEDULED_AT_ONCE)
    await Promise.all(played.slice(from, from + SCHEDULED_AT_ONCE).map((each) => schedule(stage, each)));
  await first;
  const virtual = Math.max(begin.getTime(), stage.clock.now().getTime());
  go(stage, play, { real: Date.now(), virtual, speed });
  const over = new AbortController();
  const struck = striking.atRandom(begin, STRUCK_MINUTES, { dice: dice.fork('strikes'), over: over.signal });
  const stories = await Promise.allSettled(played.map((each) => playStory(stage, each)));
  for (const outcome of stories) if (outcome.status === 'rejected') mishaps.push(String(outcome.reason));
  over.abort();
  await struck;
  // Work that never ended would be told of for ever.
  if (stories.every(({ status }) => status === 'fulfilled'))
    await passSurveys(stage, play, { played, dice: dice.fork('survey strikes') });
  await atRest(stage);
  return played;
}

/** Days without anything to do are leapt over: from each moment of a survey to shortly before the next. */
async function passSurveys(
  stage: Stage,
  play: Play,
  { played, dice }: { played: Played[]; dice: Dice },
): Promise<void> {
  const { clock, scenario, people } = stage;
  for (;;) {
    await atRest(stage);
    const next = await patiently(() => findNextDue(stage.database));
    if (!next || next <= clock.now()) return; // what is due and does not happen is the oracle's to find
    const runUp = SURVEY_RUN_UP_MS * scenario.speed;
    if (next.getTime() - clock.now().getTime() > 2 * runUp)
      go(stage, play, { real: Date.now(), virtual: next.getTime() - runUp, speed: scenario.speed });
    const strike = dice.chance(0.15) ? play.striking.one(dice) : undefined;
    await untilTime(clock, minutesAfter(next, 0.1));
    await atRest(stage);
    await answerSurveys(people, played, dice);
    await strike;
  }
}

async function answerSurveys(people: People, played: Played[], dice: Dice): Promise<void> {
  for (const { key, story } of played)
    for (const one of story.answering.filter(({ name }) => people.isAsked(key, name)))
      if (one.hesitates-- === 0)
        await people.answerSurvey(key, one.name, drawTimes(dice.fork(`${key} ${one.name}`)));
}

function go({ clock }: Stage, { fleet }: Play, pace: Pace): void {
  clock.follow(pace);
  fleet.follow(pace);
}

/** Waits until everything that is due was decided and said, or gives up after a while. */
async function atRest({ database, clock }: Stage): Promise<void> {
  for (const end = Date.now() + REST_MS; Date.now() < end; await pause(50)) {
    const busy = await patiently(() =>
      database.query(
        `select 1 from timetable where state = 'planned' and due_at <= $1
         union all select 1 from outbox where state = 'pending' limit 1`,
        [clock.now()],
      ),
    );
    if (busy.rowCount === 0) return;
  }
}

function environment(
  { url, credentials }: Sandbox,
  database: string,
  { queue, scenario }: { queue: string | undefined; scenario: Scenario },
): Record<string, string> {
  return {
    DATABASE_URL: database,
    ...(queue ? { QUEUE_URL: queue } : {}),
    SLACK_BOT_TOKEN: credentials.botToken,
    ...(scenario.overHttp
      ? { SLACK_SIGNING_SECRET: credentials.signingSecret }
      : { SLACK_APP_TOKEN: credentials.appToken }),
    SLACK_API_URL: `${url}/api/`,
    LOG_LEVEL: 'info',
  };
}
