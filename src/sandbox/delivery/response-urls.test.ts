import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Sandbox } from '../index.ts';
import { buildClient, startHarbour } from '../testing.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startHarbour();
});

afterEach(() => sandbox.close());

const room = 'CCRMUPGRADE';
const blocks = [
  {
    type: 'actions' as const,
    elements: [
      { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } },
      { type: 'datepicker' as const, action_id: 'day' },
    ],
  },
];

async function respond(url: unknown, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(String(url), { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

async function ephemeralClick(): Promise<{ id: string; url: unknown }> {
  await buildClient(sandbox).chat.postEphemeral({ channel: room, user: 'UDANA', text: 'Choose', blocks });
  const id = sandbox.as('dana').ephemerals(room)[0]?.id ?? '';
  return { id, url: sandbox.as('dana').clickPayload({ ephemeral: id }, 'go').response_url };
}

describe('response_url', () => {
  test('replaces and deletes the ephemeral that was clicked', async () => {
    const { url } = await ephemeralClick();
    await expect(respond(url, { replace_original: true, text: 'Done' })).resolves.toBe(200);
    expect(sandbox.as('dana').ephemerals(room)).toMatchObject([{ text: 'Done', blocks: [] }]);
    await expect(respond(url, { delete_original: true })).resolves.toBe(200);
    expect(sandbox.as('dana').ephemerals(room)).toEqual([]);
  });

  test('replies to everyone, or to the clicker alone', async () => {
    const { url } = await ephemeralClick();
    await respond(url, { response_type: 'in_channel', text: 'All hear this' });
    await respond(url, { text: 'Only you' });
    expect(sandbox.state.messages(room).map((message) => message.text)).toEqual(['All hear this']);
    expect(sandbox.as('dana').ephemerals(room).at(-1)?.text).toBe('Only you');
  });

  test('bad blocks → 400; after 30 minutes → 404', async () => {
    const { url } = await ephemeralClick();
    await expect(respond(url, { blocks: [{ type: 'nonsense' }] })).resolves.toBe(400);
    const later = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 31 * 60_000);
    const status = await respond(url, { text: 'late' }).finally(() => later.mockRestore());
    expect(status).toBe(404);
  });

  test("nobody clicks another person's ephemeral", async () => {
    const { id } = await ephemeralClick();
    await expect(sandbox.as('sam').click({ ephemeral: id }, 'go')).rejects.toThrow(
      'sam sees no such message.',
    );
  });

  test('what a person chose in a message comes along with the next click', async () => {
    const { id } = await ephemeralClick();
    const dana = sandbox.as('dana');
    const chosen = dana.clickPayload({ ephemeral: id }, 'day', { selected: '2026-12-05' });
    expect(chosen.actions).toMatchObject([{ action_id: 'day', selected_date: '2026-12-05' }]);
    const block = sandbox.as('dana').ephemerals(room)[0]?.blocks[0]?.block_id ?? '';
    expect(dana.clickPayload({ ephemeral: id }, 'go').state).toEqual({
      values: { [block]: { day: { type: 'datepicker', selected_date: '2026-12-05' } } },
    });
  });
});
