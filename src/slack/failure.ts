/**
 * How a call to Slack can fail, told apart by what may be done next:
 * `refused` — Slack said no and will say no again; `passing` — it certainly did not happen, try again later;
 * `limited` — not before `retryAfter` seconds; `doubtful` — it may have happened: look before sending again.
 */
export type FailureKind = 'refused' | 'passing' | 'limited' | 'doubtful';

/** Of the token or of the whole workspace, never of one message; each can be mended, and comes back by itself. */
const ACCESS_LOST = new Set([
  'token_revoked',
  'token_expired',
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'team_access_not_granted',
  'org_login_required',
  'accesslimited',
]);

export class SlackFailure extends Error {
  readonly kind: FailureKind;
  readonly method: string;
  /** Slack's error code (`channel_not_found`), or the transport's (`ECONNRESET`). */
  readonly reason: string;
  /** Slack accepts our token no longer: every call to this workspace fails until that is mended. */
  readonly accessLost: boolean;
  /** Real seconds to wait, where they are known: as Slack says, or until a look tells more. */
  readonly retryAfter: number;
  /** Slack's own words about invalid arguments. */
  readonly details: string[];

  constructor(
    kind: FailureKind,
    method: string,
    reason: string,
    more: { retryAfter?: number; details?: string[]; cause?: unknown } = {},
  ) {
    super(`${method}: ${reason}${more.details?.length ? ` (${more.details.join('; ')})` : ''}`, {
      cause: more.cause,
    });
    this.name = 'SlackFailure';
    this.kind = kind;
    this.method = method;
    this.reason = reason;
    this.accessLost = kind === 'refused' && ACCESS_LOST.has(reason);
    this.retryAfter = more.retryAfter ?? 0;
    this.details = more.details ?? [];
  }
}
