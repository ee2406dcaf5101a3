import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('asked at once → one after another, whatever becomes of the one before', async () => {
  const turns = new Turns();
  const said: string[] = [];
  const work = (name: string) => async () => {
    said.push(`${name} begins`);
    await pause(1);
    said.push(`${name} ends`);
    if (name === 'first') throw new Error('failed');
  };
  const first = turns.take(work('first'));
  const second = turns.take(work('second'));
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(said).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});
