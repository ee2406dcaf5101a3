import { Hono } from 'hono';
import type { Observation } from './observe.ts';

/** `/healthz`: this process lives; restart it where that does not answer. It costs nothing, so anybody may ask. */
export function aliveRoutes(): Hono {
  return new Hono().get('/healthz', (c) => c.json({ ok: true }));
}

/**
 * The same for operators, with `/readyz`: this process can do its work, check by check; 503 takes it out of service until it
 * can. And `/metrics` in Prometheus' text format.
 */
export function operatorRoutes({ examine, scrape }: Pick<Observation, 'examine' | 'scrape'>): Hono {
  const routes = aliveRoutes();
  routes.get('/readyz', async (c) => {
    const checks = await examine();
    const ready = Object.values(checks).every(({ state }) => state !== 'failed');
    return c.json({ ready, checks }, ready ? 200 : 503);
  });
  routes.get('/metrics', async (c) => {
    const { type, text } = await scrape();
    return c.body(text, 200, { 'content-type': type });
  });
  return routes;
}
