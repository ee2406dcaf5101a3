import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { WatchbellError } from '../errors.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';

const folders: string[] = [];
let server: EmbeddedPostgres | undefined;

afterEach(async () => {
  await server?.stop();
  if (server) folders.push(server.folder);
  server = undefined;
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-embedded-'));
  folders.push(folder);
  return folder;
}

async function ask<T extends pg.QueryResultRow>(url: string, query: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(query)).rows;
  } finally {
    await client.end();
  }
}

/** A process that starts a server in `dataDir` and holds on to it; resolves with the server's URL. */
async function startElsewhere(dataDir: string) {
  const module = new URL('./embedded.ts', import.meta.url).href;
  const script = `import { startEmbeddedPostgres } from '${module}';
    const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    console.log(url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, url: String(line).trim() };
}

test('stopped and started again → the data is there, in UTF-8 and UTC, on loopback alone', async () => {
  const dataDir = await newFolder();
  server = await startEmbeddedPostgres({ dataDir });
  await ask(server.url, `create table note (text text); insert into note values ('größer 🔔')`);
  await server.stop();
  server = await startEmbeddedPostgres({ dataDir });
  expect(await ask(server.url, 'select text from note')).toEqual([{ text: 'größer 🔔' }]);
  const settings = `select current_setting('TimeZone') as zone, current_setting('listen_addresses') as address,
    current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, upper('ü') as upper`;
  expect(await ask(server.url, settings)).toEqual([
    { zone: 'UTC', address: '127.0.0.1', encoding: 'UTF8', fsync: 'on', upper: 'Ü' },
  ]);
});

test('the password is wrong → nobody gets in', async () => {
  server = await startEmbeddedPostgres({ dataDir: await newFolder(), durable: false });
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
});

test('its process is killed → the next one takes the orphan over, and stops it in the end', async () => {
  const dataDir = await newFolder();
  const { child, url } = await startElsewhere(dataDir);
  await ask(url, 'create table note (text text)');
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  server = await startEmbeddedPostgres({ dataDir });
  expect(server.url).toBe(url);
  expect(await ask(url, 'select * from note')).toEqual([]);
  await server.stop();
  await expect(ask(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('another live process holds the folder → refused, and it is left alone', async () => {
  const dataDir = await newFolder();
  const { child, url } = await startElsewhere(dataDir);
  const attempt = startEmbeddedPostgres({ dataDir });
  await expect(attempt).rejects.toThrow(WatchbellError);
  await expect(attempt).rejects.toThrow(new RegExp(`in use by process ${child.pid}`));
  expect(await ask(url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  server = await startEmbeddedPostgres({ dataDir });
});

test('the folder lies where the server’s account cannot go → it lives elsewhere, and still remembers', async () => {
  const closed = await newFolder();
  await chmod(closed, 0o700);
  const dataDir = path.join(closed, 'deep', 'postgres');
  await mkdir(dataDir, { recursive: true });
  server = await startEmbeddedPostgres({ dataDir, durable: false });
  await ask(server.url, 'create table note (text text)');
  await server.stop();
  server = await startEmbeddedPostgres({ dataDir, durable: false });
  expect(await ask(server.url, 'select * from note')).toEqual([]);
});
