import type { Context, Follow, Happening, Unit } from '../context.ts';
import type { Fact, Facts } from './facts.ts';

/** Capabilities meet through facts: what one puts on the record, others follow in the same transaction. */
export interface Follower {
  fact: Fact;
  follow: Follow;
}

/** One happening after the other; `happening.data` has the shape of the fact. */
export const follow = <F extends Fact>(
  fact: F,
  act: (unit: Unit, happening: Happening<Facts[F]>) => Promise<void>,
): Follower =>
  followTogether(fact, async (unit, happenings) => {
    for (const happening of happenings) await (happening.within ?? atOnce)(() => act(unit, happening));
  });

/** The same for several facts, where their data does not matter. */
export const followAll = (
  facts: Fact[],
  act: (unit: Unit, happening: Happening) => Promise<void>,
): Follower[] => facts.map((fact) => follow(fact, act));

/** For what many happenings at the same time may make slow. */
export const followTogether = <F extends Fact>(
  fact: F,
  act: (unit: Unit, happenings: readonly Happening<Facts[F]>[]) => Promise<void>,
): Follower => ({ fact, follow: act as Follow });

/** In the order of the list; bound once, in `app.ts`. */
export function indexFollowers(followers: Follower[]): Context['followers'] {
  const index = new Map<string, Follow[]>();
  for (const { fact, follow: act } of followers) index.set(fact, [...(index.get(fact) ?? []), act]);
  return index;
}

const atOnce = <T>(act: () => T): T => act();
