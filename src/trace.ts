import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** One piece of work: what its span says, and what every log line within it says. No personal data. */
export interface Work {
  /** `timetable heartbeat`; one of few, so without ids. */
  name: string;
  /** Where it comes from: the `trace` of its row. Absent: whatever is under way. */
  from?: string | null;
  /** For the span and for every log line within. */
  fields?: Fields;
  /** A call to another service. */
  outward?: boolean;
}

type Fields = Record<string, string | number>;

const around = new AsyncLocalStorage<Fields>();

/**
 * Runs `act` as a span of OpenTelemetry (which is nothing unless an endpoint is configured), with `fields` on every log
 * line written meanwhile. What it throws is noted and thrown on.
 */
export function traced<T>({ name, from, fields = {}, outward }: Work, act: () => Promise<T>): Promise<T> {
  const kind = outward ? SpanKind.CLIENT : SpanKind.INTERNAL;
  const attributes = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [`watchbell.${key}`, value]),
  );
  return around.run({ ...around.getStore(), ...fields }, () =>
    tracer().startActiveSpan(name, { kind, attributes }, parentOf(from), async (span) => {
      try {
        return await act();
      } catch (error) {
        span.recordException(error instanceof Error ? error : String(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    }),
  );
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

const tracer = () => trace.getTracer('watchbell');

function parentOf(from: string | null | undefined): Context {
  return from ? propagation.extract(context.active(), { traceparent: from }) : context.active();
}
