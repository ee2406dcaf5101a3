import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { messageOf } from '../errors.ts';
import { type FailureKind, SlackFailure } from './failure.ts';

/** Codes with which Slack itself says that it does not know what became of the call. */
const UNSURE = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
/** Codes with which Slack, or whoever stands before it, says not now: of the call it did nothing. */
const NOT_NOW = new Set(['ekm_access_denied', 'message_limit_exceeded']);
/** Our own request is at fault, and the same again would fare no better. Any other 4xx is a proxy's or a firewall's. */
const OUR_FAULT = new Set([400, 413, 414, 422, 431]);
/** Transport errors that happen before anything was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** What Slack asks for when it names no time. */
const DEFAULT_RETRY_SECONDS = 5;

/** Tells apart what may be done after a failed call; see `FailureKind`. A bare error (a body cut off) is doubtful. */
export function toFailure(method: string, error: unknown): SlackFailure {
  if (error instanceof SlackFailure) return error;
  if (error instanceof WebAPIRateLimitedError) {
    return new SlackFailure('limited', method, 'ratelimited', { retryAfter: error.retryAfter, cause: error });
  }
  if (error instanceof WebAPIPlatformError) return fromPlatform(method, error);
  if (error instanceof WebAPIHTTPError) return fromHttp(method, error);
  if (error instanceof WebAPIRequestError) {
    const code = codeOf(error.original);
    return new SlackFailure(NOT_SENT.has(code) ? 'passing' : 'doubtful', method, code, { cause: error });
  }
  if (error instanceof Error && isLimitWithoutTime(error)) {
    return new SlackFailure('limited', method, 'ratelimited', {
      retryAfter: DEFAULT_RETRY_SECONDS,
      cause: error,
    });
  }
  const reason = messageOf(error);
  return new SlackFailure('doubtful', method, reason, { cause: error });
}

/** A 429 without Retry-After comes back as a bare error that says so. */
const isLimitWithoutTime = (error: Error): boolean => /retry-after/i.test(error.message);

/** Slack's client puts the body of an answer that it cannot read where the code would be. */
const isErrorCode = (reason: string): boolean => /^\w{1,100}$/.test(reason);

function fromPlatform(method: string, error: WebAPIPlatformError): SlackFailure {
  const reason = String(error.data.error);
  // The error itself is not handed on: it would put what people wrote into the log.
  if (!isErrorCode(reason)) return new SlackFailure('doubtful', method, 'an answer that cannot be read');
  const details = (error.data.response_metadata as { messages?: string[] } | undefined)?.messages ?? [];
  if (reason === 'ratelimited' || reason === 'rate_limited') {
    return new SlackFailure('limited', method, reason, { retryAfter: DEFAULT_RETRY_SECONDS, cause: error });
  }
  return new SlackFailure(kindOfCode(reason), method, reason, { details, cause: error });
}

function kindOfCode(reason: string): FailureKind {
  if (UNSURE.has(reason)) return 'doubtful';
  return NOT_NOW.has(reason) ? 'passing' : 'refused';
}

function fromHttp(method: string, error: WebAPIHTTPError): SlackFailure {
  const reason = `HTTP ${error.statusCode}`;
  if (error.statusCode === 429) {
    return new SlackFailure('limited', method, reason, { retryAfter: DEFAULT_RETRY_SECONDS, cause: error });
  }
  return new SlackFailure(kindOfStatus(error.statusCode), method, reason, { cause: error });
}

/** A time-out on the way (408) may come after Slack had the request; so may whatever says that it was done, or is to be seen elsewhere. */
function kindOfStatus(status: number): FailureKind {
  if (status < 400 || status >= 500 || status === 408) return 'doubtful';
  return OUR_FAULT.has(status) ? 'refused' : 'passing';
}

/** `timeout` where we stopped waiting: Slack may still carry the call out. */
function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if (each.name === 'TimeoutError') return 'timeout';
    const { code } = each as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return messageOf(error);
}
