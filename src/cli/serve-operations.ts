import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Config } from '../config.ts';
import { aliveRoutes, type Observation, operatorRoutes } from '../observability/index.ts';

/**
 * Serves health and metrics for operators where the receiver of Slack's requests does not: on METRICS_PORT, and on PORT in
 * Socket Mode and in workers. Resolves once it listens, with how to stop.
 */
export async function serveOperations(
  { health, metrics }: Pick<Config, 'health' | 'metrics'>,
  observation: Observation,
  receiving: boolean,
): Promise<() => void> {
  const stops: (() => void)[] = [];
  if (metrics) stops.push(await listen(operatorRoutes(observation), metrics));
  if (health && !receiving)
    stops.push(await listen(metrics ? aliveRoutes() : operatorRoutes(observation), health));
  return () => {
    for (const stop of stops) stop();
  };
}

function listen(routes: Hono, { host, port }: { host: string; port: number }): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: routes.fetch, hostname: host, port }, () =>
      resolve(() => {
        server.close();
        server.closeAllConnections();
      }),
    ) as Server;
    server.once('error', reject);
  });
}
