import { setImmediate as nextTick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Acts that end when they are told to. */
function acts(turns: Turns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string) =>
    turns.take(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = (name: string) => ends.get(name)?.();
  return { begun, take, end };
}

const calm = { isCalm: async () => true };

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTick();
}

it('more acts than turns → the rest wait, and follow in the order in which they came', async () => {
  const { begun, take, end } = acts(new Turns(2, calm));
  const all = ['a', 'b', 'c', 'd'].map(take);
  await settle();
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await all[1];
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c']) end(name);
  await settle();
  end('d');
  await Promise.all(all);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

it('waiting for all → those under way, those that wait for their turn, and those that wait for none', async () => {
  const turns = new Turns(1, calm);
  const { take, end } = acts(turns);
  const first = take('a');
  void take('b');
  let submitted = () => {};
  void turns.note(new Promise<void>((resolve) => (submitted = resolve)));
  let over = false;
  const all = turns.all().then(() => (over = true));
  await settle();
  end('a');
  await first;
  await settle();
  end('b');
  await settle();
  expect(over).toBe(false);
  submitted();
  await all;
});

it('an act that fails → its turn is free again', async () => {
  const turns = new Turns(1, calm);
  await expect(turns.take(() => Promise.reject(new Error('a defect')))).rejects.toThrow('a defect');
  expect(await turns.take(async () => 'next')).toBe('next');
});

it('a processor that has its hands full → one at a time, and more again when it is calm', async () => {
  let busy = true;
  const { begun, take, end } = acts(
    new Turns(9, { isCalm: async () => !busy, atLatest: Number.POSITIVE_INFINITY }),
  );
  const all = ['a', 'b', 'c', 'd'].map(take);
  await settle();
  expect(begun).toEqual(['a']);
  end('a');
  await settle();
  expect(begun).toEqual(['a', 'b']);
  // It waits for nobody's end: an act may wait for Slack for long.
  busy = false;
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['b', 'c', 'd']) end(name);
  await Promise.all(all);
});

it('a processor that stays busy → nobody waits for the end of another for long', async () => {
  const turns = new Turns(9, { isCalm: async () => false, atLatest: 50 });
  const { begun, take, end } = acts(turns);
  const all = ['a', 'b', 'c'].map(take);
  await settle();
  expect(begun).toEqual(['a']);
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  for (const name of begun) end(name);
  await Promise.all(all);
});
