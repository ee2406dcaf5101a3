import { setTimeout as wait } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { failureWithMessages, SlackFailure } from '../failure.ts';
import type { FaultQueue } from '../faults.ts';
import type { ApiCall, Fault } from '../model.ts';
import { RateLimits } from '../rate-limits.ts';
import { complaint } from '../validate/explain.ts';
import { type Answer, Call, type Method } from './method.ts';

/** A demo may run for days: older calls are forgotten. */
const mostCalls = 10_000;

/** How a call ends on the wire. */
export type Outcome =
  | { kind: 'answer'; status: number; body: string; headers: Record<string, string> }
  | { kind: 'drop'; how: 'reset' | 'lost' }
  /** Status, headers and this much of the body; then the line is cut. */
  | { kind: 'torn'; status: number; body: string; headers: Record<string, string> };

export interface Request {
  method: string;
  token: string | undefined;
  args: Record<string, unknown>;
}

/** Answers Web API calls: fault, method, token, rate limit, scope, arguments, then the deed itself. */
export class Dispatcher {
  readonly calls: ApiCall[] = [];
  readonly #core: Core;
  readonly #methods: Record<string, Method>;
  readonly #faults: FaultQueue;
  readonly #limits: RateLimits | undefined;
  #revoked = false;

  constructor(core: Core, methods: Record<string, Method>, faults: FaultQueue, rateLimits: boolean) {
    this.#core = core;
    this.#methods = methods;
    this.#faults = faults;
    this.#limits = rateLimits ? new RateLimits(core.clock) : undefined;
  }

  revokeToken(): void {
    this.#revoked = true;
  }

  async answer(request: Request): Promise<Outcome> {
    this.#faults.reached(request.method, 'arrives');
    const fault = this.#faults.take(request.method, request.args);
    if (fault?.kind === 'slow') await wait(fault.delay ?? 1000);
    const blocked = fault && faultOutcome(fault);
    if (blocked && !takesEffect(fault)) return this.#log(request, `fault:${fault.kind}`, blocked);
    const answered = await this.#run(request);
    if (answered.said === 'ok') this.#faults.reached(request.method, 'applied');
    if (blocked) return this.#log(request, `fault:${fault.kind}`, blocked);
    if (fault?.kind === 'cut') return this.#log(request, 'fault:cut', cutShort(answered.outcome));
    if (fault?.kind === 'torn') return this.#log(request, 'fault:torn', torn(answered.outcome));
    return this.#log(request, answered.said, answered.outcome);
  }

  #log(request: Request, outcome: string, result: Outcome): Outcome {
    this.calls.push({ method: request.method, args: request.args, at: this.#core.clock.now(), outcome });
    if (this.calls.length > mostCalls) this.calls.shift();
    return result;
  }

  async #run(request: Request): Promise<{ said: string; outcome: Outcome }> {
    try {
      const method = this.#admit(request);
      const retryAfter = this.#limits?.exceeded(request.method, method.tier, channelOf(request));
      if (retryAfter !== undefined) return { said: 'ratelimited', outcome: tooMany(retryAfter) };
      const call = new Call(this.#core, request.args);
      this.#check(call, method);
      const body = { ok: true, ...(await method.run(call)) };
      return { said: 'ok', outcome: json(body, 200, { 'x-oauth-scopes': this.#scopesOf(method) }) };
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      return { said: error.code, outcome: json({ ok: false, error: error.code, ...error.body }) };
    }
  }

  #admit({ method: name, token }: Request): Method {
    const method = this.#methods[name];
    if (!method) throw new SlackFailure('unknown_method', { req_method: name });
    const { botToken, appToken } = this.#core.credentials;
    if (!token) throw new SlackFailure('not_authed');
    if (token === botToken && this.#revoked) throw new SlackFailure('token_revoked');
    if (token !== botToken && token !== appToken) throw new SlackFailure('invalid_auth');
    if ((method.token === 'app') !== (token === appToken)) throw new SlackFailure('not_allowed_token_type');
    return method;
  }

  /** Slack names what the token may do in a header of every answer. */
  #scopesOf(method: Method): string {
    return method.token === 'app' ? 'connections:write' : this.#core.manifest.botScopes.join(',');
  }

  #check(call: Call, method: Method): void {
    if (method.scope) call.needScope(method.scope);
    const missing = (method.required ?? []).filter((name) => {
      const value = call.args[name];
      return value === undefined || value === '';
    });
    if (missing.length === 0) return;
    throw failureWithMessages(
      'invalid_arguments',
      missing.map((name) => complaint(`missing required field: ${name}`, `/${name}`)),
    );
  }
}

const channelOf = ({ args }: Request): string | undefined =>
  args.channel === undefined ? undefined : String(args.channel);

const json = (body: Answer, status = 200, headers: Record<string, string> = {}): Outcome => ({
  kind: 'answer',
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
});

const tooMany = (retryAfter: number): Outcome =>
  json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(retryAfter) });

const takesEffect = (fault: Fault): boolean => fault.kind === 'lost' || fault.applied === true;

/** What the caller sees of a fault; `undefined` where the ordinary answer is still needed. */
function faultOutcome(fault: Fault): Outcome | undefined {
  switch (fault.kind) {
    case 'slow':
    case 'cut':
    case 'torn':
      return undefined;
    case '429':
      return tooMany(fault.retryAfter ?? 1);
    case '429-without-retry-after':
      return json({ ok: false, error: 'ratelimited' }, 429);
    case '5xx':
      return { kind: 'answer', status: fault.status ?? 503, body: 'upstream connect error', headers: {} };
    case 'reset':
    case 'lost':
      return { kind: 'drop', how: fault.kind === 'reset' ? 'reset' : 'lost' };
    default:
      return json({ ok: false, error: fault.kind });
  }
}

const cutShort = (outcome: Outcome): Outcome =>
  outcome.kind === 'answer'
    ? { ...outcome, body: outcome.body.slice(0, Math.floor(outcome.body.length / 2)) }
    : outcome;

/** As `cut`, but the head promises the whole body. */
const torn = (outcome: Outcome): Outcome =>
  outcome.kind === 'answer'
    ? {
        ...outcome,
        kind: 'torn',
        body: outcome.body.slice(0, Math.floor(outcome.body.length / 2)),
        headers: { ...outcome.headers, 'content-length': String(Buffer.byteLength(outcome.body)) },
      }
    : outcome;
