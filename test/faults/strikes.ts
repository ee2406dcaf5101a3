import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Sandbox } from '../../src/sandbox/index.ts';
import type { Dice } from './dice.ts';
import type { Fleet } from './fleet.ts';
import type { Postgres, Redis } from './stores.ts';

/** What can be struck in one run. */
export interface World {
  sandbox: Sandbox;
  fleet: Fleet;
  postgres: Postgres;
  database: string;
  redis: Redis | undefined;
}

export interface Strike {
  what: string;
  run(world: World): Promise<void>;
}

/** How often each kind of fault is drawn, relative to the others. */
const WEIGHTS = {
  kill: 16,
  terminate: 8,
  freeze: 8,
  'kill all': 3,
  redis: 14,
  'postgres crash': 3,
  'postgres cut': 6,
  slack: 30,
  'slack offline': 4,
  'socket mode': 8,
};

/** Draws one fault of any kind, with all that it needs: the same throws always give the same fault. */
export function drawStrike(dice: Dice, queue: 'redis' | 'postgres'): Strike {
  const kind = dice.weighted({ ...WEIGHTS, redis: queue === 'redis' ? WEIGHTS.redis : 0 });
  const luck = dice.between(0, 99);
  switch (kind) {
    case 'kill':
      return onOneBot('kill -9', luck, async ({ fleet }, bot) => fleet.kill(bot));
    case 'terminate':
      return onOneBot('SIGTERM', luck, async ({ fleet }, bot) => fleet.terminate(bot));
    case 'freeze': {
      const milliseconds = dice.pick([200, 800, 2_000, 6_000]);
      return onOneBot(`SIGSTOP for ${milliseconds} ms`, luck, ({ fleet }, bot) =>
        fleet.freeze(bot, milliseconds),
      );
    }
    case 'kill all':
      return {
        what: 'kill -9 of every process',
        run: async ({ fleet }) => {
          for (const bot of fleet.running) fleet.kill(bot);
        },
      };
    case 'redis':
      return drawRedisStrike(dice);
    case 'postgres crash':
      return { what: 'Postgres crashes and restarts', run: ({ postgres }) => postgres.crash() };
    case 'postgres cut':
      return {
        what: 'every database connection is cut',
        run: ({ postgres, database }) => postgres.cut(database),
      };
    case 'slack':
      return drawSlackStrike(dice);
    case 'slack offline': {
      const milliseconds = dice.between(100, 1_200);
      return {
        what: `Slack is offline for ${milliseconds} ms`,
        run: (world) => offline(world, milliseconds),
      };
    }
    case 'socket mode': {
      const reason = dice.pick(['warning', 'refresh_requested', 'abrupt'] as const);
      return {
        what: `Socket Mode disconnects (${reason})`,
        run: async ({ sandbox }) => sandbox.socket.disconnect(reason),
      };
    }
  }
}

function onOneBot(
  what: string,
  luck: number,
  act: (world: World, bot: Fleet['bots'][number]) => Promise<void>,
): Strike {
  return {
    what: `${what} of process ${luck}`,
    async run(world) {
      const { running } = world.fleet;
      const bot = running[luck % Math.max(1, running.length)];
      if (bot) await act(world, bot);
    },
  };
}

function drawRedisStrike(dice: Dice): Strike {
  const away = dice.between(50, 1_500);
  const end = (signal: 'SIGKILL' | 'SIGTERM') => async (redis: Redis) => {
    await redis.end(signal);
    await pause(away);
    await redis.restart();
  };
  const how = dice.weighted({ flushed: 4, killed: 3, stopped: 2, paused: 2 });
  const deeds: Record<typeof how, (redis: Redis) => Promise<void>> = {
    flushed: (redis) => redis.flush(),
    killed: end('SIGKILL'),
    stopped: end('SIGTERM'),
    paused: (redis) => redis.freeze(away),
  };
  return {
    what: `Redis is ${how}${how === 'flushed' ? '' : ` for ${away} ms`}`,
    run: async ({ redis }) => redis && deeds[how](redis),
  };
}

const FAULTS: Fault[] = [
  { method: 'chat.postMessage', kind: '429' },
  { method: 'chat.postMessage', kind: '429-without-retry-after' },
  { method: 'chat.postMessage', kind: '5xx' },
  { method: 'chat.postMessage', kind: '5xx', applied: true },
  { method: 'chat.postMessage', kind: 'internal_error' },
  { method: 'chat.postMessage', kind: 'internal_error', applied: true },
  { method: 'chat.postMessage', kind: 'reset' },
  { method: 'chat.postMessage', kind: 'slow', delay: 400 },
  // Longer than the bot waits: the answer comes to nobody.
  { method: 'chat.postMessage', kind: 'slow', delay: 1_500 },
  { method: 'chat.postMessage', kind: 'cut' },
  { method: 'chat.postMessage', kind: 'lost' },
  { method: 'chat.postMessage', kind: 'lost' },
  { method: 'chat.update', kind: '5xx' },
  { method: 'chat.update', kind: 'lost' },
  { method: 'chat.update', kind: '429' },
  { method: 'conversations.history', kind: '5xx' },
  { method: 'conversations.history', kind: 'reset' },
  { method: 'conversations.open', kind: '429' },
  { method: 'users.list', kind: '5xx' },
  { method: 'users.info', kind: 'lost' },
  { method: 'pins.add', kind: 'lost' },
  { method: '*', kind: '5xx' },
  { method: '*', kind: 'lost' },
];

function drawSlackStrike(dice: Dice): Strike {
  const fault = dice.pick(FAULTS);
  const times = fault.kind === '429-without-retry-after' ? 1 : dice.pick([1, 2, 3, 5, 8]);
  const applied = fault.applied ? ', applied' : '';
  return {
    what: `Slack answers ${fault.method} ${times} times with ${fault.kind}${applied}`,
    run: async ({ sandbox }) => sandbox.faults.inject({ ...fault, times }),
  };
}

async function offline({ sandbox }: World, milliseconds: number): Promise<void> {
  await sandbox.goOffline();
  await pause(milliseconds);
  await sandbox.goOnline();
}
