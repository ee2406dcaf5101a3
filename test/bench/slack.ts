import { setTimeout as pause } from 'node:timers/promises';
import { realMilliseconds, systemClock } from '../../src/clock.ts';
import { harbour, readManifest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  CROWD,
  fastClock,
  personOf,
  roomOf,
  type SlackOptions,
  type SlackPlace,
  type Traffic,
} from './places.ts';
import { offer } from './processes.ts';

let sandbox: Sandbox | undefined;
let refused = 0;

const offers = {
  async open(options: SlackOptions): Promise<SlackPlace> {
    const clock = options.clock ? fastClock(options.clock) : systemClock;
    const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
    const opened = await startSandbox({
      organisation: organisationOf(options),
      manifest,
      clock,
      rateLimits: options.rateLimits,
    });
    sandbox = opened;
    void countRefused(opened);
    return { url: opened.url, teamId: opened.teamId, credentials: opened.credentials };
  },

  /** Calls that were refused for their rate, since the last time it was asked. */
  async refused(): Promise<number> {
    await pause(COUNT_EVERY_MS * 2);
    const count = refused;
    refused = 0;
    return count;
  },

  /** How many private answers people were given; waits a while for so many. */
  async answered(least: number): Promise<number> {
    const count = () => sandbox?.state.ephemerals(sandbox.as('dana').id).length ?? 0;
    for (const end = realMilliseconds() + ANSWERED_WITHIN_MS; count() < least && realMilliseconds() < end; )
      await pause(50);
    return count();
  },

  /** Types and clicks as said; to be answered by whoever listens at `url`. */
  async traffic(traffic: Traffic): Promise<void> {
    if (!sandbox) throw new Error('Slack is not open');
    sandbox.deliverOverHttp(traffic.url);
    const acts = actsOf(sandbox, traffic).values();
    const inTurn = async () => {
      for (const act of acts) await act();
    };
    await Promise.all(Array.from({ length: ACTS_AT_ONCE }, inTurn));
  },
};

export type SlackOffers = typeof offers;
offer(offers);

function organisationOf({ rooms, people }: SlackOptions): typeof harbour {
  const crowd = Array.from({ length: people }, (_, index) => personOf(index));
  const model = harbour.users[0];
  if (!model) throw new Error('the organisation has nobody');
  const staff = harbour.users.map(({ id }) => id);
  return {
    ...harbour,
    users: [
      ...harbour.users,
      ...crowd.map((id) => ({ ...model, id, name: id.toLowerCase(), email: `${id}@harbour.example` })),
    ],
    channels: [
      ...harbour.channels,
      { id: CROWD, name: 'crowd', members: crowd, bot: true },
      ...Array.from({ length: rooms }, (_, index) => ({
        id: roomOf(index),
        name: `room-${index}`,
        members: staff,
        bot: true,
      })),
    ],
  };
}

function actsOf(slack: Sandbox, { count, message, actionId, typed }: Traffic) {
  const dana = slack.as('dana');
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? () => dana.click(message, actionId)
      : () => dana.command(message.channel, '/upgrade', typed[((index - 1) / 2) % typed.length]),
  );
}

const COUNT_EVERY_MS = 50;
const ACTS_AT_ONCE = 10;
const ANSWERED_WITHIN_MS = 60_000;

/** The sandbox keeps its latest calls only: they are counted before they are forgotten. */
async function countRefused({ calls }: Sandbox): Promise<never> {
  let seen = calls.at(-1);
  for (;;) {
    await pause(COUNT_EVERY_MS);
    const from = seen ? calls.lastIndexOf(seen) + 1 : 0;
    for (const call of calls.slice(from)) if (call.outcome === 'ratelimited') refused += 1;
    seen = calls.at(-1);
  }
}
