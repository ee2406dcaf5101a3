import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../db/embedded.ts';

export interface OwnPostgres {
  url: Promise<string>;
  /** Nothing of it is left, also where its start failed. */
  stop(): Promise<void>;
}

/** A Postgres of the demo's own, gone with all its data when it stops or the program ends. */
export function openPostgres(): OwnPostgres {
  const folders: string[] = [];
  const clean = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  const starting = start(folders);
  const url = starting.then((server) => server.url);
  // Whoever waits for the URL hears of a failure, though not at once.
  url.catch(() => undefined);
  process.once('exit', clean);
  return {
    url,
    async stop() {
      const server = await starting.catch(() => undefined);
      await server?.stop();
      process.off('exit', clean);
      clean();
    },
  };
}

async function start(folders: string[]) {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'watchbell-demo-'));
  folders.push(dataDir);
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  folders.push(server.folder);
  return server;
}
