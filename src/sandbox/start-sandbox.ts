import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { chat } from './api/chat.ts';
import { conversations } from './api/conversations.ts';
import { directory } from './api/directory.ts';
import { Dispatcher } from './api/dispatch.ts';
import { Uploads } from './api/files.ts';
import { pins } from './api/pins.ts';
import { views } from './api/views.ts';
import type { Core } from './core.ts';
import { AppLink } from './delivery/app-link.ts';
import { HttpDelivery } from './delivery/http-delivery.ts';
import { ResponseUrls } from './delivery/response-urls.ts';
import { SocketMode } from './delivery/socket-mode.ts';
import { Triggers } from './delivery/triggers.ts';
import { FaultQueue } from './faults.ts';
import { addRoutes } from './http-routes.ts';
import { Refusal, type Sandbox, type SandboxOptions } from './model.ts';
import { Client } from './person/person.ts';
import { Workspace } from './workspace.ts';

/** Starts a Slack on 127.0.0.1 that holds `organisation` and the one app the manifest describes, installed. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const http = new Hono();
  const server = createServer(getRequestListener(http.fetch));
  const url = await listen(server, options.port ?? 0);
  const core = buildCore(options, url);
  const uploads = new Uploads();
  const faults = new FaultQueue();
  const methods = { ...chat, ...conversations, ...directory, ...pins, ...views, ...uploads.methods };
  const dispatcher = new Dispatcher(core, methods, faults, options.rateLimits ?? true);
  addRoutes(http, { core, dispatcher, uploads, faults });
  server.on('upgrade', (request, socket, head) => core.socket.upgrade(request, socket, head));
  return assemble(core, { http, server, dispatcher, faults });
}

function buildCore({ organisation, manifest, clock }: SandboxOptions, url: string): Core {
  const workspace = new Workspace(organisation, manifest, clock);
  const socket = new SocketMode();
  return {
    workspace,
    manifest,
    clock,
    url,
    credentials: {
      botToken: `xoxb-sandbox-${randomBytes(12).toString('hex')}`,
      appToken: `xapp-sandbox-${randomBytes(12).toString('hex')}`,
      signingSecret: randomBytes(16).toString('hex'),
    },
    socket,
    link: new AppLink(socket),
    triggers: new Triggers(workspace),
    responseUrls: new ResponseUrls(workspace),
    chosen: new Map(),
  };
}

interface Running {
  http: Hono;
  server: Server;
  dispatcher: Dispatcher;
  faults: FaultQueue;
}

function assemble(core: Core, { http, server, dispatcher, faults }: Running): Sandbox {
  const { workspace, link, credentials } = core;
  return {
    url: core.url,
    http,
    clock: core.clock,
    teamId: workspace.team.id,
    botUserId: workspace.bot.id,
    credentials,
    state: workspace,
    faults,
    socket: core.socket,
    calls: dispatcher.calls,
    commands: core.manifest.commands,
    as: (userIdOrName) => new Client(core, findUser(workspace, userIdOrName)),
    deliverOverHttp: (url) => link.use(url ? new HttpDelivery(url, credentials.signingSecret) : undefined),
    deliverRaw: (delivery) => link.deliver(delivery),
    onChange: (listener) => workspace.onChange(listener),
    changeUser: (id, change) => workspace.amend(findUser(workspace, id), change),
    changeChannel: (id, change) => workspace.amend(findChannel(workspace, id), change),
    revokeToken: () => dispatcher.revokeToken(),
    goOffline: () => hangUp(core, server),
    goOnline: async () => void (await listen(server, Number(new URL(core.url).port))),
    close: () => close(core, server),
  };
}

function findUser(workspace: Workspace, idOrName: string) {
  const user = workspace.user(idOrName) ?? workspace.users.find((one) => one.name === idOrName);
  if (user) return user;
  throw new Refusal('user_not_found', `There is no ${idOrName} in ${workspace.team.name}.`);
}

function findChannel(workspace: Workspace, idOrName: string) {
  const channel = workspace.channel(idOrName);
  if (channel) return channel;
  throw new Refusal('channel_not_found', `There is no ${idOrName} in ${workspace.team.name}.`);
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

async function close(core: Core, server: Server): Promise<void> {
  core.link.close();
  await core.socket.close();
  if (server.listening) await hangUp(core, server);
}

/** Resolves when the port is free and no connection is left. */
function hangUp(core: Core, server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
    core.socket.disconnect('abrupt');
  });
}
