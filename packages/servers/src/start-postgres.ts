import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../bootstrap/run-command.mjs';
import { makePrivateFolder, type ServerUser, serverUser } from '../bootstrap/state-folder.mjs';
import { temporaryFolder } from '../bootstrap/watch.mjs';
import { freePort } from './free-port.ts';
import { isPostgresReady } from './probe-ready.ts';
import { type Server, startServerProcess } from './server-process.ts';
import type { StartOptions } from './start-options.ts';

/** Settings of Postgres. */
export interface PostgresOptions {
  /** Of user postgres. Read when the cluster is made; without one, connections need none. */
  readonly password?: string;
  /** As in postgresql.conf, e.g. `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts Postgres on 127.0.0.1 over `folder`, making the cluster first if there is none. With a
 * `password` (only read when the cluster is made) every connection needs one; without, none does.
 */
export async function startPostgres({
  program,
  folder,
  logFile,
  password,
  ...options
}: StartOptions & PostgresOptions): Promise<Server> {
  const user = serverUser();
  const port = options.port ?? (await freePort());
  makePrivateFolder(folder, user);
  await makeCluster({ program, folder, password, user });
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200', // seven processes with a pool each, and the reader's psql
    ...options.settings,
  };
  const server = await startServerProcess({
    name: 'Postgres',
    file: program.file,
    args: ['-D', folder, '-p', String(port), ...flags(settings)],
    logFile,
    stopSignal: 'SIGINT', // "fast": ends open transactions instead of waiting for them
    isReady: () => isPostgresReady({ port }),
    ...user,
  });
  const login = password === undefined ? 'postgres' : `postgres:${encodeURIComponent(password)}`;
  return { ...server, port, url: `postgres://${login}@127.0.0.1:${port}/postgres` };
}

interface Cluster {
  readonly program: StartOptions['program'];
  readonly folder: string;
  readonly password: string | undefined;
  readonly user: ServerUser;
}

async function makeCluster({ program, folder, password, user }: Cluster): Promise<void> {
  const versionFile = join(folder, 'PG_VERSION');
  if (existsSync(versionFile)) return checkVersion(program, folder, versionFile);

  // Made aside and renamed when complete: an interrupted initdb leaves half a cluster.
  const aside = `${folder}.new`;
  rmSync(aside, { recursive: true, force: true });
  makePrivateFolder(aside, user);
  const temporary = temporaryFolder('tollgate-initdb-');
  try {
    const access =
      password === undefined ? ['-A', 'trust'] : withPassword(password, temporary, user);
    const locale = ['-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions', '--no-sync'];
    const initdb = join(dirname(program.file), 'initdb');
    await runCommand(initdb, ['-D', aside, '-U', 'postgres', ...access, ...locale], {
      cwd: '/',
      ...user,
    });
    renameSync(aside, folder);
  } finally {
    temporary.remove();
  }
}

/** initdb reads the password from a file, which only its user may read. */
function withPassword(
  password: string,
  { folder }: { folder: string },
  user: ServerUser,
): string[] {
  const file = join(folder, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(file, user.uid, user.gid);
  return ['-A', 'scram-sha-256', `--pwfile=${file}`];
}

/** A cluster can only be opened by the major version that made it. */
function checkVersion(program: StartOptions['program'], folder: string, versionFile: string): void {
  const made = readFileSync(versionFile, 'utf8').trim();
  if (program.version.split('.')[0] === made) return;
  throw new Error(
    `${folder} was made by Postgres ${made}, but the one found is ${program.version}` +
      ` (${program.file}): put Postgres ${made} on PATH, or move that folder away to begin anew.`,
  );
}

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
