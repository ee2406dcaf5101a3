import { Logger, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { realMilliseconds } from '../../../src/clock.ts';
import { offer } from '../processes.ts';
import { completions } from './completions.ts';
import { type Flood, roomsOf, WARM_UP } from './flood.ts';
import { barePoster } from './posting.ts';

const logger = new Logger(() => () => {});

/** Graphile Worker on Postgres alone: each job posts and writes that it did. */
offer({
  async run(flood: Flood): Promise<number> {
    const pgPool = new pg.Pool({ connectionString: flood.databaseUrl, max: 10 });
    const done = await completions(pgPool);
    await runMigrations({ pgPool, logger });
    const post = barePoster(flood.slack);
    const runner = await run({
      pgPool,
      logger,
      concurrency: flood.atOnce,
      noHandleSignals: true,
      taskList: { post: async (payload) => done.note(await post((payload as { room: string }).room)) },
    });
    const work = async (rooms: string[]) => {
      const specs = rooms.map((room) => ({ identifier: 'post', payload: { room } }));
      await pgPool.query(
        'select graphile_worker.add_jobs((select array_agg(json_populate_record(null::graphile_worker.job_spec, each)) from json_array_elements($1::json) each))',
        [JSON.stringify(specs)],
      );
      const start = realMilliseconds();
      await done.all(rooms.length);
      return (realMilliseconds() - start) / 1_000;
    };
    await work(roomsOf({ ...flood, messages: WARM_UP }));
    const seconds = await work(roomsOf(flood));
    await runner.stop();
    return seconds;
  },
});
