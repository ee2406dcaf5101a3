import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Fault, Sandbox } from './index.ts';
import { buildClient, startHarbour } from './testing.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startHarbour();
});

afterEach(() => sandbox.close());

const room = 'CCRMUPGRADE';
const method = 'chat.postMessage';
const post = (text = 'x') => buildClient(sandbox).chat.postMessage({ channel: room, text });

describe('faults', () => {
  test.each<[string, Omit<Fault, 'method'>, object, number]>([
    ['429', { kind: '429', retryAfter: 7 }, { retryAfter: 7 }, 0],
    ['429 without Retry-After', { kind: '429-without-retry-after' }, { name: 'Error' }, 0],
    ['5xx', { kind: '5xx' }, { statusCode: 503 }, 0],
    ['5xx that took effect', { kind: '5xx', applied: true }, { statusCode: 503 }, 1],
    ['internal_error', { kind: 'internal_error' }, { data: { error: 'internal_error' } }, 0],
    ['any code of Slack', { kind: 'fatal_error' }, { data: { error: 'fatal_error' } }, 0],
    ['reset', { kind: 'reset' }, { code: 'slack_webapi_request_error' }, 0],
    ['cut', { kind: 'cut' }, { data: { ok: false } }, 1],
    ['torn', { kind: 'torn' }, { message: 'terminated' }, 1],
    ['lost', { kind: 'lost' }, { code: 'slack_webapi_request_error' }, 1],
  ])('%s → the caller fails, and the message is posted or not', async (_, fault, error, posted) => {
    sandbox.faults.inject({ method, ...fault });
    await expect(post()).rejects.toMatchObject(error);
    expect(sandbox.state.messages(room)).toHaveLength(posted);
    expect(sandbox.calls.at(-1)?.outcome).toBe(`fault:${fault.kind}`);
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  test('slow → the answer waits', async () => {
    sandbox.faults.inject({ method, kind: 'slow', delay: 120 });
    const begun = performance.now();
    await post();
    expect(performance.now() - begun).toBeGreaterThan(110);
  });

  test('a fault hits only the calls it matches, as often as it says', async () => {
    sandbox.faults.inject({ method, kind: 'internal_error', times: 2, match: { text: 'bad' } });
    await post('good');
    await expect(post('bad')).rejects.toThrow('internal_error');
    await expect(post('bad')).rejects.toThrow('internal_error');
    await post('bad');
    expect(sandbox.faults.pending).toEqual([]);
  });

  test('every hit is kept with its time; a fault that hit nothing is not', async () => {
    sandbox.faults.inject({ method, kind: 'internal_error' });
    sandbox.faults.inject({ method: 'chat.update', kind: '5xx' });
    await post().catch(() => undefined);
    expect(sandbox.faults.hits).toMatchObject([{ method, fault: { kind: 'internal_error' } }]);
    expect(sandbox.faults.hits[0]?.at).toBeGreaterThan(systemClock.now().getTime() - 5_000);
  });

  test('who waits for the next call → acts once: before it is carried out, or before it is answered', async () => {
    const seen: string[] = [];
    const note = (what: string) => () => seen.push(`${what}: ${sandbox.state.messages(room).length}`);
    sandbox.faults.atNext(method, 'arrives', note('arrives'));
    sandbox.faults.atNext(method, 'applied', note('applied'));
    sandbox.faults.atNext('chat.update', 'arrives', note('another method'));
    sandbox.faults.atNext(method, 'arrives', note('no longer'))();
    await post();
    await post();
    expect(seen).toEqual(['arrives: 0', 'applied: 1']);
  });

  test('another process injects and clears faults over HTTP', async () => {
    const address = `${sandbox.url}/sandbox/faults`;
    const send = (body: object) =>
      fetch(address, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    await send({ method, kind: '5xx' });
    expect(sandbox.faults.pending).toMatchObject([{ method, kind: '5xx' }]);
    await expect(send({ kind: '5xx' })).resolves.toMatchObject({ status: 400 });
    await fetch(address, { method: 'DELETE' });
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  test('offline → connections are refused; online again → all that was posted is there', async () => {
    await post('before');
    await sandbox.goOffline();
    await expect(post('meanwhile')).rejects.toMatchObject({
      original: { cause: { code: 'ECONNREFUSED' } },
    });
    await sandbox.goOnline();
    await post('after');
    expect(sandbox.state.messages(room).map((message) => message.text)).toEqual(['before', 'after']);
  });
});
