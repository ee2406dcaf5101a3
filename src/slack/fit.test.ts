import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actions, button, textSection } from './blocks.ts';
import { countText, fitMessage } from './fit.ts';
import { LIMITS } from './limits.ts';

const row = actions([button({ text: 'Roll back', actionId: 'a', value: '1' })]);

describe('fitting a message into Slack', () => {
  it('one that fits is left alone', () => {
    const message = { text: 'hello', blocks: [textSection('hello'), row] };
    expect(fitMessage(message)).toEqual(message);
  });

  it('buttons survive whatever has to go', () => {
    const message = {
      text: 'x',
      blocks: [...Array.from({ length: 80 }, () => textSection('y'.repeat(2_900))), row],
    };
    expect(fitMessage(message).blocks).toContainEqual(row);
  });

  it('is within the limits for any mixture', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 90 }), (lengths) => {
        const { blocks } = fitMessage({
          text: 'x',
          blocks: lengths.map((length) => textSection('z'.repeat(length))),
        });
        expect(blocks.length).toBeLessThanOrEqual(LIMITS.blocksInMessage);
        expect(countText(blocks)).toBeLessThanOrEqual(LIMITS.messageBlocks + 200);
      }),
    );
  });
});
