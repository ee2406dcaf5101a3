import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { harbour, readManifest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Dice } from './dice.ts';
import { type Evidence, findNextDue, listUnsettled, readRecord, type Struck } from './evidence.ts';
import { Fleet, type Pool } from './fleet.ts';
import { Observer } from './observer.ts';
import { type Pace, PacedClock } from './paced-clock.ts';
import { People } from './people.ts';
import { importPlans, type Played, patiently, playStory, type Stage, schedule, untilTime } from './play.ts';
import { drawScenario, minutesAfter } from './scenario.ts';
import type { Postgres, Redis } from './stores.ts';
import { drawStrike, type World } from './strikes.ts';

/** What stays between runs. */
export interface Ground {
  pool: Pool;
  postgres: Postgres;
  redis: Redis | undefined;
  /** Where each run keeps its logs. */
  folder: string;
}

/** Planning goes on at this pace, and ends before the run's beginning. */
const PLANNING = { speed: 10, aheadMs: 5 * 60_000 };
const SURVEY_RUN_UP_MS = 20_000;
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
  await ground.redis?.flush();
  const database = new pg.Pool({ connectionString: url, max: 3 });
  database.on('error', () => undefined); // it is struck as well, and asked again
  const early = scenario.begin.getTime() - PLANNING.aheadMs;
  const clock = new PacedClock({ real: Date.now(), virtual: early, speed: PLANNING.speed });
  const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
  const sandbox = await startSandbox({
    organisation: harbour,
    manifest,
    clock,
    rateLimits: scenario.rateLimits,
  });
  const mishaps: string[] = [];
  const skews = dice.fork('skew');
  const fleet = new Fleet({
    pool: ground.pool,
    folder,
    env: environment(sandbox, url, ground.redis?.url),
    pace: () => clock.pace,
    drawSkew: () => (scenario.skewed ? skews.between(-2_000, 2_000) : 0),
    onCrash: (what) => mishaps.push(what),
  });
  try {
    const deadline = Date.now() + RUN_MS;
    const stage: Stage = {
      scenario,
      sandbox,
      clock,
      database,
      people: new People(sandbox, clock, deadline),
      deadline,
    };
    const observer = new Observer(sandbox);
    await fleet.start(scenario.roles);
    const world = { sandbox, fleet, postgres: ground.postgres, database: name, redis: ground.redis };
    const lived = await live(stage, world, dice.fork('strikes'), mishaps);
    const record = await patiently(() => readRecord(database));
    const unsettled = await patiently(() => listUnsettled(database));
    await fleet.stop();
    return {
      seed,
      scenario,
      clock,
      sandbox,
      seen: observer.seen,
      attempts: stage.people.attempts,
      record,
      unsettled,
      mishaps,
      ...lived,
    };
  } finally {
    await fleet.stop();
    await sandbox.close();
    await database.end();
    await patiently(() => ground.postgres.drop(name));
  }
}

async function live(
  stage: Stage,
  world: World,
  dice: Dice,
  mishaps: string[],
): Promise<{ played: Played[]; struck: Struck[] }> {
  const { scenario } = stage;
  const played = await importPlans(stage);
  const struck: Struck[] = [];
  const early = dice.fork('early strike');
  const first = early.chance(0.3) ? hit(drawStrike(early, queueOf(world)), world, struck) : undefined;
  await Promise.all(played.map((each) => schedule(stage, each)));
  await first;
  const begin = Math.max(scenario.begin.getTime(), stage.clock.now().getTime());
  go(stage, world, { real: Date.now(), virtual: begin, speed: scenario.speed });
  const over = new AbortController();
  const striking = strikeAtRandom(stage, world, { dice, struck, over: over.signal });
  const stories = await Promise.allSettled(played.map((each) => playStory(stage, each)));
  for (const outcome of stories) if (outcome.status === 'rejected') mishaps.push(String(outcome.reason));
  over.abort();
  await striking;
  await passSurveys(stage, world, played, { dice: dice.fork('survey strikes'), struck });
  await atRest(stage);
  return { played, struck };
}

const queueOf = ({ redis }: World) => (redis ? 'redis' : 'postgres');

/** Minutes within which everything happens but surveys. */
const STRUCK_FOR = 20;

async function strikeAtRandom(
  { clock, scenario }: Stage,
  world: World,
  { dice, struck, over }: { dice: Dice; struck: Struck[]; over: AbortSignal },
): Promise<void> {
  const count = Number(dice.weighted({ '0': 4, '1': 20, '2': 26, '3': 25, '5': 15, '8': 10 }));
  const moments = Array.from({ length: count }, () => dice.fraction() * STRUCK_FOR).sort((a, b) => a - b);
  const underWay: Promise<void>[] = [];
  for (const minutes of moments) {
    const strike = drawStrike(dice, queueOf(world));
    const at = minutesAfter(scenario.begin, minutes);
    while (!over.aborted && clock.now() < at) await pause(5);
    if (!over.aborted) underWay.push(hit(strike, world, struck));
  }
  await Promise.all(underWay);
}

async function hit(strike: ReturnType<typeof drawStrike>, world: World, struck: Struck[]): Promise<void> {
  const entry = { what: strike.what, from: Date.now(), to: Date.now() };
  struck.push(entry);
  await patiently(() => strike.run(world));
  entry.to = Date.now();
}

/** Days without anything to do are leapt over: from each moment of a survey to shortly before the next. */
async function passSurveys(
  stage: Stage,
  world: World,
  played: Played[],
  { dice, struck }: { dice: Dice; struck: Struck[] },
): Promise<void> {
  const { clock, scenario, people } = stage;
  for (;;) {
    await atRest(stage);
    const next = await patiently(() => findNextDue(stage.database));
    if (!next || next <= clock.now()) return; // what is due and does not happen is the oracle's to find
    if (next.getTime() - clock.now().getTime() > 2 * SURVEY_RUN_UP_MS)
      go(stage, world, {
        real: Date.now(),
        virtual: next.getTime() - SURVEY_RUN_UP_MS,
        speed: scenario.speed,
      });
    const strike = dice.chance(0.15) ? hit(drawStrike(dice, queueOf(world)), world, struck) : undefined;
    await untilTime(clock, minutesAfter(next, 0.1));
    await strike;
    for (const { key, story } of played)
      for (const name of story.answering.splice(0, dice.between(0, 2))) {
        story.answered.push(name);
        await people.answerSurvey(key, name);
      }
  }
}

function go({ clock }: Stage, { fleet }: World, pace: Pace): void {
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
  queue: string | undefined,
): Record<string, string> {
  return {
    DATABASE_URL: database,
    ...(queue ? { QUEUE_URL: queue } : {}),
    SLACK_BOT_TOKEN: credentials.botToken,
    SLACK_APP_TOKEN: credentials.appToken,
    SLACK_API_URL: `${url}/api/`,
    LOG_LEVEL: 'info',
  };
}
