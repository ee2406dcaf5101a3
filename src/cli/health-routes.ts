import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import type { Context } from '../context.ts';

/**
 * `/healthz` for a load balancer: 200 while this process can do its work. A dead queue costs punctuality, not the
 * work, so it is named but not a reason to be taken out of service.
 */
export function healthRoutes(context: () => Pick<Context, 'db' | 'jobs'> | undefined): Hono {
  const routes = new Hono();
  routes.get('/healthz', async (c) => {
    const running = context();
    if (!running) return c.json({ ok: false, problem: 'starting' }, 503);
    const { db, jobs } = running;
    const [database, queue] = await Promise.all([answers(() => db.execute(sql`select 1`)), jobs.health()]);
    return c.json(
      { ok: database, database, queue: queue.ok ? queue.backend : queue.problem },
      database ? 200 : 503,
    );
  });
  return routes;
}

/** Serves `routes` where no receiver of Slack's requests does. Resolves once it listens, with how to stop. */
export function serveHealth(
  routes: Hono,
  { host, port }: { host: string; port: number },
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: routes.fetch, hostname: host, port }, () =>
      resolve(() => server.close()),
    ) as Server;
    server.once('error', reject);
  });
}

const answers = (ask: () => Promise<unknown>): Promise<boolean> =>
  ask().then(
    () => true,
    () => false,
  );
