import { setTimeout as pause } from 'node:timers/promises';
import type { CallMoment, Fault, Sandbox } from '../../src/sandbox/index.ts';
import type { Dice } from './dice.ts';
import type { Bot, Fleet } from './fleet.ts';
import type { FrontDoor } from './front-door.ts';
import type { Redis } from './redis.ts';
import type { Postgres } from './stores.ts';

/** What can be struck in one run. */
export interface World {
  sandbox: Sandbox;
  fleet: Fleet;
  postgres: Postgres;
  database: string;
  redis: Redis | undefined;
  /** Where Slack's requests come in, where they come over HTTP. */
  door: FrontDoor | undefined;
}

export interface Strike {
  what: string;
  /** Strikes when the next call of this method comes to this moment, instead of at once. */
  at?: { method: string; moment: CallMoment };
  /** Brings the moment about that it waits for; it is felt from the end of that. */
  prepare?(world: World): Promise<void>;
  /** What Slack does to calls is felt only when it hits one; see the sandbox's hits. */
  waitsForCalls?: boolean;
  run(world: World): Promise<void>;
}

/** How often each kind of fault is drawn, relative to the others. */
const WEIGHTS = {
  kill: 18,
  terminate: 8,
  freeze: 10,
  'freeze while looking': 3,
  'kill all': 3,
  redis: 14,
  'postgres crash': 4,
  'postgres cut': 7,
  'slack limits': 8,
  'slack fails': 8,
  'slack answers late or never': 14,
  'slack offline': 4,
  'socket mode': 6,
};

export type StrikeKind = keyof typeof WEIGHTS;

/** Draws one fault of any kind, or of these: with all that it needs, so that the same throws always give the same fault. */
export function drawStrike(dice: Dice, queue: 'redis' | 'postgres', kinds?: readonly StrikeKind[]): Strike {
  const weights = { ...WEIGHTS };
  for (const kind of Object.keys(weights) as StrikeKind[])
    if ((kind === 'redis' && queue !== 'redis') || kinds?.includes(kind) === false) weights[kind] = 0;
  const kind = dice.weighted(weights);
  const luck = dice.between(0, 99);
  const moment = dice.pick([undefined, undefined, 'arrives', 'applied'] as const);
  const aimed = (strike: Strike): Strike =>
    moment
      ? { ...strike, at: { method: post, moment }, what: `${strike.what}, when a message ${SAY[moment]}` }
      : strike;
  switch (kind) {
    case 'kill':
      return aimed(onOneBot('kill -9', luck, async ({ fleet }, bot) => fleet.kill(bot)));
    case 'terminate':
      return aimed(onOneBot('SIGTERM', luck, async ({ fleet }, bot) => fleet.terminate(bot)));
    case 'freeze while looking':
      return freezeWhileLooking(dice, luck);
    case 'freeze': {
      const milliseconds = dice.pick([200, 800, 2_000, 6_000]);
      const freeze = ({ fleet }: World, bot: Bot) => fleet.freeze(bot, pause(milliseconds));
      return aimed(onOneBot(`SIGSTOP for ${milliseconds} ms`, luck, freeze));
    }
    case 'kill all':
      return aimed({ what: 'kill -9 of every process', run: async ({ fleet }) => fleet.killAll() });
    case 'redis':
      return drawRedisStrike(dice);
    case 'postgres crash':
      return aimed({ what: 'Postgres crashes and restarts', run: ({ postgres }) => postgres.crash() });
    case 'postgres cut': {
      const run = ({ postgres, database }: World) => postgres.cut(database);
      return aimed({ what: 'every database connection is cut', run });
    }
    case 'slack limits':
    case 'slack fails':
    case 'slack answers late or never':
      return drawSlackStrike(dice, FAULTS[kind]);
    case 'slack offline': {
      const milliseconds = dice.between(100, 1_200);
      return {
        what: `Slack is offline for ${milliseconds} ms`,
        run: (world) => offline(world, milliseconds),
      };
    }
    case 'socket mode':
      return drawDisconnect(dice);
  }
}

const SAY: Record<CallMoment, string> = {
  arrives: 'reaches Slack',
  applied: 'is in Slack and not yet answered',
};

function onOneBot(what: string, luck: number, act: (world: World, bot: Bot) => void | Promise<void>): Strike {
  return {
    what: `${what} of process ${luck}`,
    async run(world) {
      const { running } = world.fleet;
      const bot = running[luck % Math.max(1, running.length)];
      if (bot) await act(world, bot);
    },
  };
}

/** A post fails so that it must be looked for; whoever has looked for the last time stands still, and somebody else takes it over. */
function freezeWhileLooking(dice: Dice, luck: number): Strike {
  // The answer has just reached whoever asked.
  const after = dice.between(0, 60);
  const choose = ({ running }: Fleet) => {
    const senders = running.filter(({ role }) => role !== 'web');
    return { chosen: senders[luck % Math.max(1, senders.length)], senders };
  };
  let looker: Bot | undefined;
  let letGo = (): void => {};
  return {
    what: `SIGSTOP for 9000 ms of sender ${luck}, when it alone looks for a message in vain`,
    async prepare({ sandbox: { faults }, fleet }) {
      const before = faults.hits.length;
      faults.inject({ method: post, kind: 'reset' });
      const isHit = () => faults.hits.slice(before).some(({ fault }) => fault.kind === 'reset');
      for (const end = Date.now() + SENT_MS; !isHit() && Date.now() < end; ) await pause(10);
      if (!isHit()) return;
      await pause(NEARLY_PROVEN_MS);
      const { chosen, senders } = choose(fleet);
      looker = chosen;
      const looked = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      for (const other of senders) if (other !== chosen) void fleet.freeze(other, looked);
    },
    at: { method: history, moment: 'applied' },
    async run({ fleet }) {
      letGo();
      await pause(after);
      const bot = looker ?? choose(fleet).chosen;
      if (bot) await fleet.freeze(bot, pause(9_000));
    },
  };
}

function drawRedisStrike(dice: Dice): Strike {
  const away = dice.between(50, 1_500);
  const how = dice.weighted({
    flushed: 4,
    killed: 3,
    'killed, without persistence,': 3,
    stopped: 3,
    paused: 2,
  });
  const deeds: Record<typeof how, (redis: Redis) => Promise<void>> = {
    flushed: (redis) => redis.flush(),
    killed: (redis) => redis.away(away, { signal: 'SIGKILL', keeps: true }),
    'killed, without persistence,': (redis) => redis.away(away, { signal: 'SIGKILL', keeps: false }),
    stopped: (redis) => redis.away(away, { signal: 'SIGTERM', keeps: true }),
    paused: (redis) => redis.freeze(away),
  };
  return {
    what: `Redis is ${how}${how === 'flushed' ? '' : ` for ${away} ms`}`,
    run: async ({ redis }) => redis && deeds[how](redis),
  };
}

/** The line over which commands and clicks come: Socket Mode, or the connections of the load balancer. */
function drawDisconnect(dice: Dice): Strike {
  const reason = dice.pick(['warning', 'refresh_requested', 'abrupt'] as const);
  return {
    what: `Slack's connections to the bot end (${reason})`,
    async run({ sandbox, door }) {
      if (door) door.cut();
      else sandbox.socket.disconnect(reason);
    },
  };
}

const post = 'chat.postMessage';
const history = 'conversations.history';
/** Longer than the bot waits: the answer comes to nobody. */
const TOO_LONG_MS = 1_500;
/** Until a message is sent, at most. */
const SENT_MS = 10_000;
/** From the failure of a post until shortly before the look that proves that it did not arrive. */
const NEARLY_PROVEN_MS = 4_400;

/** What Slack does to the next calls; several together strike the call, and the way out of it. */
const FAULTS = {
  'slack limits': [
    [{ method: post, kind: '429' }],
    [{ method: post, kind: '429', retryAfter: 3 }],
    // So long that a heartbeat takes the place of the one before it.
    [{ method: post, kind: '429', retryAfter: 8, times: 1 }],
    [{ method: post, kind: '429', retryAfter: 10, times: 1 }],
    [{ method: post, kind: '429', retryAfter: 12, times: 1 }],
    [{ method: post, kind: '429-without-retry-after', times: 1 }],
    [{ method: 'chat.update', kind: '429' }],
    // What is asked for is asked for again after a doubling pause: more failures in a row would outlast a run.
    [{ method: 'conversations.open', kind: '429', times: 3 }],
  ],
  'slack fails': [
    [{ method: post, kind: '5xx' }],
    [{ method: post, kind: 'internal_error' }],
    [{ method: post, kind: 'slow', delay: 400 }],
    [{ method: post, kind: 'slow', delay: 800 }],
    [{ method: 'chat.update', kind: '5xx' }],
    [{ method: 'chat.update', kind: 'slow', delay: 700 }],
    [{ method: 'users.list', kind: '5xx', times: 3 }],
    [{ method: '*', kind: '5xx' }],
  ],
  'slack answers late or never': [
    [{ method: post, kind: '5xx', applied: true }],
    [{ method: post, kind: 'internal_error', applied: true }],
    [{ method: post, kind: 'reset' }],
    [{ method: post, kind: 'slow', delay: TOO_LONG_MS }],
    [{ method: post, kind: 'cut' }],
    [{ method: post, kind: 'torn' }],
    [{ method: post, kind: 'lost' }],
    [{ method: post, kind: 'lost' }],
    [
      { method: post, kind: 'lost' },
      { method: history, kind: '5xx' },
    ],
    [
      { method: post, kind: 'lost' },
      { method: history, kind: 'reset' },
    ],
    [
      { method: post, kind: 'lost' },
      { method: history, kind: 'cut' },
    ],
    [
      { method: post, kind: 'lost' },
      { method: history, kind: '429', retryAfter: 2 },
    ],
    [
      { method: post, kind: 'torn' },
      { method: history, kind: 'slow', delay: TOO_LONG_MS },
    ],
    [
      { method: post, kind: 'internal_error', applied: true },
      { method: history, kind: 'torn' },
    ],
    [{ method: 'chat.update', kind: 'lost' }],
    [{ method: 'chat.update', kind: 'slow', delay: TOO_LONG_MS }],
    [{ method: 'users.info', kind: 'lost' }],
    [{ method: 'pins.add', kind: 'lost' }],
    [{ method: '*', kind: 'lost' }],
  ],
} satisfies Partial<Record<StrikeKind, Fault[][]>>;

function drawSlackStrike(dice: Dice, among: Fault[][]): Strike {
  const faults = dice.pick(among);
  const times = dice.pick([1, 2, 3, 5, 8]);
  return {
    what: faults.map((fault) => `Slack answers ${fault.times ?? times} times ${sayFault(fault)}`).join(', '),
    waitsForCalls: true,
    async run({ sandbox }) {
      for (const fault of faults) sandbox.faults.inject({ times, ...fault });
    },
  };
}

/** `chat.postMessage with 5xx, applied` */
export function sayFault({ method, kind, applied, delay, retryAfter }: Fault): string {
  const more = [applied && 'applied', delay && `${delay} ms`, retryAfter && `for ${retryAfter} s`];
  return [`${method} with ${kind}`, ...more.filter(Boolean)].join(', ');
}

async function offline({ sandbox }: World, milliseconds: number): Promise<void> {
  await sandbox.goOffline();
  await pause(milliseconds);
  await sandbox.goOnline();
}
