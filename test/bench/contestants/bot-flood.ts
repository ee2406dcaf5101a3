import { realMilliseconds } from '../../../src/clock.ts';
import { transact } from '../../../src/context.ts';
import { enqueue, unlimitedPacer } from '../../../src/outbox/index.ts';
import { offer } from '../processes.ts';
import { startBot, untilSent } from './bot.ts';
import { type Flood, roomsOf, WARM_UP } from './flood.ts';
import { sampleMessage } from './message.ts';
import { openWindows } from './windows.ts';

/** The bot with the same messages as rows of its outbox. */
offer({
  async run(flood: Flood): Promise<number> {
    const app = await startBot({ ...flood, queueUrl: flood.redisUrl }, { pacer: unlimitedPacer });
    const message = sampleMessage();
    const [upgrade] = await openWindows(app, 1);
    if (!upgrade) throw new Error('no upgrade to send messages of');
    const work = async (slot: string, rooms: string[]) => {
      await transact(app.context, (unit) =>
        enqueue(
          unit,
          rooms.map((target, index) => ({
            teamId: app.teamId,
            upgradeId: upgrade.id,
            kind: 'bench',
            slot: `${slot}${index}`,
            target,
            message,
          })),
        ),
      );
      const start = realMilliseconds();
      await untilSent(app);
      return (realMilliseconds() - start) / 1_000;
    };
    await work('warm', roomsOf({ ...flood, messages: WARM_UP }));
    const seconds = await work('measured', roomsOf(flood));
    await app.stop();
    return seconds;
  },
});
