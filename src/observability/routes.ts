import { Hono } from 'hono';
import type { Observation } from './observe.ts';

/**
 * `/healthz`: this process lives; restart it where that does not answer. `/readyz`: it can do its work, check by check; 503
 * takes it out of service until it can.
 */
export function healthRoutes({ examine }: Observation): Hono {
  const routes = new Hono();
  routes.get('/healthz', (c) => c.json({ ok: true }));
  routes.get('/readyz', async (c) => {
    const checks = await examine();
    const ready = Object.values(checks).every(({ state }) => state !== 'failed');
    return c.json({ ready, checks }, ready ? 200 : 503);
  });
  return routes;
}

/** `/metrics` in Prometheus' text format. */
export function metricsRoutes({ scrape }: Observation): Hono {
  const routes = new Hono();
  routes.get('/metrics', async (c) => {
    const { type, text } = await scrape();
    return c.body(text, 200, { 'content-type': type });
  });
  return routes;
}
