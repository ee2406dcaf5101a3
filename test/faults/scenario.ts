import type { Role } from '../../src/app.ts';
import { type Act, act, type Ballot, type Cast, drawTimes, minutesAfter, type Times } from './act.ts';
import type { Dice } from './dice.ts';
import { byNobody, forbiddenAfter, forbiddenBefore, forbiddenDuring } from './forbidden.ts';
import { writePlan } from './written-plan.ts';

/** One upgrade: its plan in YAML, and what people do about it. */
export interface Story {
  title: string;
  room: string;
  /** Whoever plans it. */
  lead: string;
  yaml: string;
  /** Tried by somebody who may not, while the plan is a draft. */
  tried: Act[];
  /** Makes the plan binding. */
  scheduling: Act;
  acts: Act[];
  /** How often the lead's own steps arrive: start, done, call off. */
  insisting: Times;
  /** The work ends this many minutes after its start; absent where it is called off before. */
  finishAfter?: number;
  /** Who answers the survey, if they are asked: after they have let so many moments of any survey pass. */
  answering: { name: string; hesitates: number }[];
}

export interface Scenario {
  begin: Date;
  /** How much faster than real time. */
  speed: number;
  roles: Role[];
  /** Slack reaches the bot with signed requests instead of Socket Mode. */
  overHttp?: boolean;
  rateLimits: boolean;
  /** Clocks that are off by up to two seconds. */
  skewed: boolean;
  stories: Story[];
}

/** A story must be long against what a strike may delay, and two seconds of skew must be long against a query. */
const SPEEDS = {
  exact: { one: 40, few: 36, several: 30, many: 20 },
  skewed: { one: 20, few: 18, several: 16, many: 12 },
};

const ROOMS = ['crm-upgrade', 'ci-upgrade', 'db-upgrade'];
/** Members of every room. */
const LEADERS = ['dana', 'priya', 'sam', 'uma', 'carl', 'olga'];

/** Some of those who may be asked how it is. */
const AUDIENCE = [
  'hugo',
  'deepa',
  'emma',
  'max',
  'ravi',
  'anita',
  'luis',
  'olga',
  'ines',
  'grace',
  'noah',
  'kiran',
];

/** Draws what is planned and what people do; the same seed always gives the same. */
export function drawScenario(dice: Dice): Scenario {
  const size = dice.weighted({ one: 38, few: 48, several: 11, many: 3 });
  const count = { one: 1, few: dice.between(2, 4), several: dice.between(5, 9), many: dice.between(10, 20) }[
    size
  ];
  const day = dice.between(1, 5);
  const begin = new Date(Date.UTC(2026, 11, day, dice.between(5, 15), dice.between(0, 59)));
  const skewed = dice.chance(0.35);
  return {
    begin,
    speed: SPEEDS[skewed ? 'skewed' : 'exact'][size],
    roles: dice.pick<Role[]>([
      ['all', 'all'],
      ['all', 'all'],
      ['web', 'worker', 'all'],
      ['all', 'all', 'all'],
      ['web', 'worker', 'worker'],
    ]),
    overHttp: dice.chance(1 / 3),
    rateLimits: dice.chance(0.5),
    skewed,
    stories: Array.from({ length: count }, (_, index) =>
      drawStory(dice.fork(`story ${index}`), index + 1, begin, count),
    ),
  };
}

function drawStory(dice: Dice, number: number, begin: Date, count: number): Story {
  const [lead = '', sponsor = '', deputy = '', communicator = '', operations = '', consulted = ''] =
    dice.some(LEADERS, LEADERS.length);
  const cast = { lead, sponsor, deputy, communicator, operations, consulted };
  const room = dice.pick(ROOMS);
  const start = dice.between(6, 9);
  const title = `Upgrade ${number}`;
  const fate = dice.weighted({ carried: 85, cancelled: 15 });
  const before = actsBefore(dice, cast, begin, start);
  const yaml = writePlan(dice, { title, cast, room, start: minutesAfter(begin, start), small: count > 4 });
  if (fate === 'cancelled') {
    // Just when a notice goes out, or between them.
    const at = dice.chance(0.5) ? start - dice.pick([4, 5]) : dice.between(3, start - 1);
    const kept = before.acts.filter((act) => act.at < at);
    return {
      title,
      room,
      lead,
      yaml,
      tried: before.tried,
      scheduling: before.scheduling,
      insisting: drawTimes(dice),
      acts: ordered([
        ...kept,
        ...forbiddenBefore(dice, cast, begin, number),
        act(dice, lead, at, { verb: 'cancel' }),
      ]),
      answering: [],
    };
  }
  const begun = act(dice, lead, before.start + dice.between(-2, 3), { verb: 'start' });
  return {
    title,
    room,
    lead,
    yaml,
    tried: before.tried,
    scheduling: before.scheduling,
    insisting: drawTimes(dice),
    acts: [
      ...ordered([...before.acts, ...forbiddenBefore(dice, cast, begin, number)]),
      begun,
      ...ordered([...actsDuring(dice, cast), ...forbiddenDuring(dice, cast, number)]),
      ...ordered([...actsAfter(dice, cast), ...forbiddenAfter(dice, cast, number)]),
    ],
    finishAfter: dice.between(8, 18),
    answering: dice
      .some(AUDIENCE, dice.between(2, AUDIENCE.length))
      .map((name) => ({ name, hesitates: dice.between(0, 2) })),
  };
}

interface Before {
  tried: Act[];
  scheduling: Act;
  acts: Act[];
  /** Minutes after the beginning, after all moves. */
  start: number;
}

/** Scheduled, perhaps moved, perhaps tried by somebody who may not. */
function actsBefore(dice: Dice, cast: Cast, begin: Date, planned: number): Before {
  const acts: Act[] = [];
  let [start, at] = [planned, 0];
  for (const move of dice.some([-4, -2, 3, 5, 8], Number(dice.weighted({ '0': 65, '1': 25, '2': 10 })))) {
    at = dice.between(at + 1, Math.max(at + 1, start - 2));
    start = Math.max(at + 3, start + move);
    const to = minutesAfter(begin, start);
    acts.push(act(dice, dice.pick([cast.lead, cast.sponsor]), at, { verb: 'reschedule', to }));
  }
  const scheduling = act(dice, cast.lead, 0, { verb: 'schedule' });
  const tried = dice.chance(0.15) ? [byNobody(dice, cast, 0, { verb: 'schedule' })] : [];
  return { tried, scheduling, acts, start };
}

function actsDuring(dice: Dice, cast: Cast): Act[] {
  const during = (by: string, done: Act['do']): Act => ({
    ...act(dice, by, dice.between(1, 9), done),
    after: 'start',
  });
  const acts: Act[] = [];
  for (let count = dice.between(0, 3); count > 0; count--)
    acts.push(
      during(dice.pick([cast.lead, cast.communicator]), {
        verb: 'status',
        text: `News ${count} of ${cast.lead}`,
      }),
    );
  if (dice.chance(0.5)) {
    const reported = during(cast.operations, { verb: 'issue', text: 'Export is slow' });
    acts.push(reported);
    if (dice.chance(0.5))
      acts.push({ ...during(cast.lead, { verb: 'resolve', number: 1 }), at: reported.at + 3 });
  }
  if (dice.chance(0.75)) {
    const asked = during(dice.pick([cast.lead, cast.consulted]), { verb: 'rollback', text: 'Logins fail' });
    acts.push(asked, ...drawVotes(dice, cast, asked.at));
  }
  if (dice.chance(0.3)) acts.push(during(dice.pick([cast.lead, cast.sponsor]), { verb: 'open home' }));
  return acts;
}

/** Closed, where nothing more is to happen to it. */
const actsAfter = (dice: Dice, cast: Cast): Act[] =>
  dice.chance(0.5)
    ? [{ ...act(dice, dice.pick([cast.lead, cast.sponsor]), 1, { verb: 'close' }), after: 'end' }]
    : [];

function drawVotes(dice: Dice, cast: Cast, asked: number): Act[] {
  const ballot = () => dice.pick<Ballot>(['roll_back', 'keep_going', 'keep_going', 'more_time']);
  const voters = dice.pick([
    [cast.sponsor],
    [cast.deputy],
    [cast.consulted, cast.sponsor],
    [cast.deputy, cast.sponsor],
    [cast.sponsor, cast.sponsor],
    [],
  ]);
  return voters.map((by, index) => ({
    ...act(dice, by, asked + index + dice.between(0, 3), {
      verb: 'vote',
      ballot: ballot(),
      where: by === cast.sponsor ? dice.pick(['room', 'directly']) : 'room',
    }),
    after: 'start',
    times: dice.weighted<Times>({ once: 40, 'double click': 40, 'delivered twice': 20 }),
  }));
}

const ordered = (acts: Act[]): Act[] => acts.sort((one, other) => one.at - other.at);
