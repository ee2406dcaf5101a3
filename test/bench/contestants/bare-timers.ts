import { systemClock } from '../../../src/clock.ts';
import { roomOf } from '../places.ts';
import { offer } from '../processes.ts';
import { AHEAD_MS, type Beats, STRUCK } from './beats.ts';
import { atOf, barePoster } from './posting.ts';

/** A setTimeout for each window in one process: nothing survives it, and nothing stands in its way. */
offer({
  async run({ slack, windows, apart }: Beats): Promise<number[][]> {
    const post = barePoster(slack);
    const strike = (first: number) =>
      Promise.all(
        Array.from({ length: windows }, async (_, index) => {
          const dueAt = first + index * apart;
          await new Promise((resolve) => setTimeout(resolve, dueAt - systemClock.now().getTime()));
          return atOf(await post(roomOf(index))) - dueAt;
        }),
      );
    await Promise.all(Array.from({ length: windows }, (_, index) => post(roomOf(index))));
    const lateness: number[][] = [];
    while (lateness.length < STRUCK.length)
      lateness.push(await strike(systemClock.now().getTime() + AHEAD_MS));
    return lateness;
  },
});
