import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import type { Sandbox } from '../model.ts';
import type { ClockControls } from './clock-controls.ts';
import { answerRefusal, deedRoutes } from './deeds.ts';
import { renderDocument } from './document.tsx';
import { streamChanges } from './live.ts';
import { ReadMarks } from './read-marks.ts';
import { findScene, visibleChannels } from './scene.ts';

const MOST_BYTES = 50 * 1024 * 1024;

/**
 * Adds the browser page to the sandbox's HTTP server: `/` and below `/as/` and `/sandbox/`.
 * With `clock`, the page shows and drives the clock; without, that bar is hidden.
 *
 * Hooks for browser tests (`data-testid`): `who`, `user-<id>`, `home`, `channel-<name>`, `menu`; `composer`, `send`,
 * `thread-composer`, `thread-send`; `message-<ts>`, `ephemeral-<id>`, `reply-<ts>`, `thread-<ts>`, `close-thread`, `pins`,
 * `join`; `action-<action_id>` on buttons, menus and inputs outside input blocks; `confirm`, `confirm-accept`,
 * `confirm-deny`; `modal`, `input-<block_id>`, `option-<value>` in multi-selects, `error-<block_id>`, `modal-submit`,
 * `modal-close`, `modal-failure`; `home-view`; `clock`, `clock-speed-<n>`, `clock-next`; `toasts`.
 */
export function mountPage(sandbox: Sandbox, options: { clock?: ClockControls } = {}): void {
  const { clock } = options;
  const marks = new ReadMarks(sandbox.clock.now());
  const pages = new Hono();
  pages.onError(answerRefusal);
  pages.use('/as/*', secureHeaders({ contentSecurityPolicy: POLICY }));
  pages.use('/sandbox/as/*', csrf(), bodyLimit({ maxSize: MOST_BYTES }));
  pages.use('/sandbox/clock/*', csrf());
  pages.get('/', (c) => c.redirect(firstPlace(sandbox, sandbox.state.users[0]?.id ?? '')));
  pages.get('/as/:user', (c) => c.redirect(firstPlace(sandbox, c.req.param('user'))));
  pages.get('/as/:user/', (c) => c.redirect(firstPlace(sandbox, c.req.param('user'))));
  pages.get('/as/:user/:place', (c) => show(c, { sandbox, marks, clock }));
  pages.get('/sandbox/as/:user/events', (c) => streamChanges(c, sandbox, c.req.param('user'), clock));
  pages.get('/sandbox/as/:user/files/:file', (c) => sendFile(c, sandbox));
  pages.get('/sandbox/page/:asset', sendAsset);
  pages.route('/', deedRoutes(sandbox, clock));
  sandbox.http.route('/', pages);
}

const POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'https:', 'data:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  frameAncestors: ["'none'"],
};

function firstPlace(sandbox: Sandbox, userId: string): string {
  if (!sandbox.state.user(userId)) return '/';
  const channel = visibleChannels(sandbox, sandbox.as(userId)).find(({ kind }) => kind !== 'im');
  return `/as/${userId}/${channel?.id ?? 'home'}`;
}

type Shown = { sandbox: Sandbox; marks: ReadMarks; clock?: ClockControls };

async function show(c: Context, { sandbox, marks, clock }: Shown): Promise<Response> {
  const userId = c.req.param('user') ?? '';
  const place = c.req.param('place') ?? '';
  const scene = findScene({ sandbox, marks, clock, userId, place, threadTs: c.req.query('thread') });
  if (!scene) return c.redirect(firstPlace(sandbox, userId));
  if (scene.channel) marks.read(userId, scene.channel.id, sandbox.state.messages(scene.channel.id));
  c.header('Cache-Control', 'no-store');
  return c.html(await renderDocument(scene));
}

/** Only pictures are shown in place; anything else is downloaded, so that no uploaded page runs here. */
async function sendFile(c: Context, sandbox: Sandbox): Promise<Response> {
  const file = sandbox.state.file(c.req.param('file') ?? '');
  const content = file && sandbox.state.content(file.id);
  if (!file || !content) return c.notFound();
  const picture = /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype);
  return c.body(new Uint8Array(content), 200, {
    'Content-Type': picture ? file.mimetype : 'application/octet-stream',
    'Content-Disposition': picture
      ? 'inline'
      : `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'X-Content-Type-Options': 'nosniff',
  });
}

const CLIENT = new URL('client/', import.meta.url);
const ASSETS = new Set(readdirSync(CLIENT));
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

async function sendAsset(c: Context): Promise<Response> {
  const name = c.req.param('asset') ?? '';
  const type = TYPES[name.split('.').at(-1) ?? ''];
  if (!type || !ASSETS.has(name)) return c.notFound();
  const content = await readFile(new URL(name, CLIENT));
  return c.body(new Uint8Array(content), 200, {
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': 'no-cache',
  });
}
