import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { realMilliseconds } from '../../../src/clock.ts';
import { offer } from '../processes.ts';
import { completions } from './completions.ts';
import { type Flood, roomsOf, WARM_UP } from './flood.ts';
import { barePoster } from './posting.ts';

/** BullMQ on Redis alone: each job posts and writes that it did. */
offer({
  async run(flood: Flood): Promise<number> {
    const connection = new Redis(flood.redisUrl, { maxRetriesPerRequest: null });
    const pool = new pg.Pool({ connectionString: flood.databaseUrl, max: 10 });
    const done = await completions(pool);
    const queue = new Queue('bare', { connection, defaultJobOptions: { removeOnComplete: true } });
    await queue.obliterate({ force: true });
    const post = barePoster(flood.slack);
    const work = async (rooms: string[]) => {
      await queue.addBulk(rooms.map((room) => ({ name: 'post', data: { room } })));
      const start = realMilliseconds();
      const worker = new Worker<{ room: string }>(
        'bare',
        async ({ data }) => done.note(await post(data.room)),
        { connection, concurrency: flood.atOnce },
      );
      await done.all(rooms.length);
      const seconds = (realMilliseconds() - start) / 1_000;
      await worker.close();
      return seconds;
    };
    await work(roomsOf({ ...flood, messages: WARM_UP }));
    return work(roomsOf(flood));
  },
});
