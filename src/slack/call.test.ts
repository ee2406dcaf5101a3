import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api';
import { expect, test } from 'vitest';
import { toFailure } from './call.ts';

const http = (status: number) =>
  toFailure('chat.postMessage', new WebAPIHTTPError(status, 'as the proxy says', {}, 'a page of the proxy'));
const code = (error: string) => toFailure('chat.postMessage', new WebAPIPlatformError({ ok: false, error }));

test.each([
  [204, 'doubtful'],
  [302, 'doubtful'],
  [303, 'doubtful'],
  [400, 'refused'],
  [401, 'passing'],
  [403, 'passing'],
  [404, 'passing'],
  [407, 'passing'],
  [408, 'doubtful'],
  [413, 'refused'],
  [429, 'limited'],
  [451, 'passing'],
  [500, 'doubtful'],
  [502, 'doubtful'],
  [503, 'doubtful'],
  [504, 'doubtful'],
])('HTTP %i, whoever answered it → %s', (status, kind) => {
  expect(http(status)).toMatchObject({ kind, reason: `HTTP ${status}`, accessLost: false });
});

test.each([
  ['channel_not_found', 'refused'],
  ['is_archived', 'refused'],
  ['invalid_blocks', 'refused'],
  ['missing_scope', 'refused'],
  ['ratelimited', 'limited'],
  ['internal_error', 'doubtful'],
  ['fatal_error', 'doubtful'],
  ['team_added_to_org', 'doubtful'],
  ['ekm_access_denied', 'passing'],
  ['message_limit_exceeded', 'passing'],
])('%s → %s', (reason, kind) => {
  expect(code(reason)).toMatchObject({ kind, reason, accessLost: false });
});

test.each(['token_revoked', 'team_access_not_granted', 'org_login_required', 'accesslimited'])(
  '%s holds everything until there is access again, and gives nothing up',
  (reason) => {
    expect(code(reason)).toMatchObject({ reason, accessLost: true });
  },
);

test('an answer that was cut off → doubtful, and nothing of it reaches the log', () => {
  const failure = code('{"ok":true,"messages":[{"text":"a secret"}');
  expect(failure).toMatchObject({ kind: 'doubtful', reason: 'an answer that cannot be read' });
  expect(JSON.stringify([failure.message, String(failure.cause)])).not.toContain('secret');
});
