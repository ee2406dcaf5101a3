import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export interface TracingOptions {
  /** `/v1/traces` is added to it. */
  endpoint: string;
  version: string;
  /** Of this process: all, web or worker. */
  role: string;
}

/**
 * Sends the spans of this process to an OpenTelemetry collector from here on, in batches; one that is away costs spans,
 * nothing else. Resolves with how to send the last of them and stop. Loaded only where an endpoint is configured.
 */
export function startTracing({ endpoint, version, role }: TracingOptions): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'watchbell',
      'service.version': version,
      'watchbell.role': role,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  return () => provider.shutdown();
}
