import { realMilliseconds } from '../../../src/clock.ts';
import { offer } from '../processes.ts';
import { type Flood, roomsOf, WARM_UP } from './flood.ts';
import { barePoster } from './posting.ts';

/** No database, no queue, no care: the fastest that Slack's client can post. */
offer({
  async run(flood: Flood): Promise<number> {
    const post = barePoster(flood.slack);
    await postAll(post, roomsOf({ ...flood, messages: WARM_UP }), flood.atOnce);
    const start = realMilliseconds();
    await postAll(post, roomsOf(flood), flood.atOnce);
    return (realMilliseconds() - start) / 1_000;
  },
});

async function postAll(post: (room: string) => Promise<string>, rooms: string[], atOnce: number) {
  const left = rooms.values();
  const loop = async () => {
    for (const room of left) await post(room);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
}
