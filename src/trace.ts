import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { withoutValues } from './db/query-error.ts';

/** One piece of work: what its span says, and what every log line within it says. No personal data. */
export interface Work {
  /** `timetable heartbeat`; one of few, so without ids. */
  name: string;
  /** Where it comes from: the `trace` of its row; null: it begins something new. Absent: part of whatever is under way. */
  from?: string | null;
  /** For the span and for every log line within. */
  fields?: Fields;
  /** A call to another service. */
  outward?: boolean;
}

type Fields = Record<string, string | number>;

const around = new AsyncLocalStorage<Fields>();
/** In which work an error came up: it may be logged by somebody outside of it. */
const cameUpIn = new WeakMap<Error, Fields>();

/**
 * Runs `act` as a span of OpenTelemetry (which is nothing unless an endpoint is configured), with `fields` on every log
 * line written meanwhile. What it throws is noted and thrown on, and carries them to wherever it is logged.
 */
export function traced<T>({ name, from, fields = {}, outward }: Work, act: () => Promise<T>): Promise<T> {
  const kind = outward ? SpanKind.CLIENT : SpanKind.INTERNAL;
  const attributes = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [`watchbell.${key}`, value]),
  );
  const outer = from === undefined ? around.getStore() : {};
  return around.run({ ...outer, ...fields }, () =>
    tracer().startActiveSpan(name, { kind, attributes }, parentOf(from), async (span) => {
      try {
        return await act();
      } catch (error) {
        if (error instanceof Error && !cameUpIn.has(error)) cameUpIn.set(error, currentFields());
        const told = withoutValues(error);
        span.recordException(told instanceof Error ? told : String(told));
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    }),
  );
}

/** Runs `act` as part of nothing: what wakes a loop is not what the loop then does. */
export function apart<T>(act: () => T): T {
  return around.exit(() => context.with(ROOT_CONTEXT, act));
}

/** What is under way, to be kept with a row that it writes; null where no traces are kept. */
export function currentTrace(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

/** The fields of the work under way, for the log. */
export function currentFields(): Fields {
  const id = trace.getActiveSpan()?.spanContext().traceId;
  return { ...around.getStore(), ...(id ? { trace: id } : {}) };
}

/** The fields of the work in which an error came up, for the log; none where it came up in no such work. */
export const fieldsOf = (error: unknown): Fields =>
  (error instanceof Error ? cameUpIn.get(error) : undefined) ?? {};

const tracer = () => trace.getTracer('watchbell');

function parentOf(from: string | null | undefined): Context {
  if (from === undefined) return context.active();
  return from ? propagation.extract(ROOT_CONTEXT, { traceparent: from }) : ROOT_CONTEXT;
}
