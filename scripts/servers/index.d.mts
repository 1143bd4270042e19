import type { ChildProcess } from 'node:child_process';

export type ServerName = 'postgres' | 'redis' | 'nats' | 'envoy';
type Log = (line: string) => void;
type Settings = Record<string, string>;

/** A server's program: where it lies, its version, and whether it is the machine's or pinned. */
export interface Program {
  file: string;
  version: string;
  source: 'PATH' | 'pinned';
}

/** A program we started. Ends with this process at the latest. */
export interface ServerProcess {
  name: string;
  /** For tests that pause it (SIGSTOP, SIGCONT) or watch it end. */
  process: ChildProcess;
  pid: number;
  logFile: string;
  /** Resolves when it has ended, with `exit <code>` or the signal. Never rejects. */
  exited: Promise<string>;
  /** Stops it in good order; by force after ten seconds. Twice is once. */
  stop(): Promise<void>;
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>;
}

export interface Server extends ServerProcess {
  port: number;
  url: string;
}

/** A server that somebody else runs: only its address is ours. */
export interface GivenServer {
  name: string;
  url: string;
  stop(): Promise<void>;
}

export function ensurePrograms<Name extends ServerName>(
  names: Name[],
  options?: { home?: string; log?: Log },
): Promise<Record<Name, Program>>;

interface StartOptions {
  program: Program;
  /** Data; made if missing, given to the servers' user. */
  folder: string;
  logFile: string;
  /** Default: a free one. */
  port?: number;
}

export interface PostgresOptions {
  /** Of user postgres. Read when the cluster is made; without one, connections need none. */
  password?: string;
  /** e.g. `{ fsync: 'off' }` */
  settings?: Settings;
}
export interface RedisOptions {
  /** e.g. `{ appendonly: 'yes', appendfsync: 'everysec' }`; default: nothing on disk. */
  settings?: Settings;
}
export interface NatsOptions {
  /** Default `always`. */
  syncInterval?: string;
}

export function startPostgres(options: StartOptions & PostgresOptions): Promise<Server>;
export function startRedis(options: StartOptions & RedisOptions): Promise<Server>;
export function startNats(options: StartOptions & NatsOptions): Promise<Server>;
export function startEnvoy(options: {
  program: Program;
  /** Readable for the servers' user. */
  configFile: string;
  /** Port of the admin listener that the configuration names, on 127.0.0.1. */
  adminPort: number;
  logFile: string;
  args?: string[];
}): Promise<ServerProcess>;

interface StartServersOptions {
  programs: Record<string, Program>;
  folder: string;
  logFolder: string;
  postgres?: PostgresOptions & { port?: number };
  redis?: RedisOptions & { port?: number };
  nats?: NatsOptions & { port?: number };
}

type Servers<S> = Record<'postgres' | 'redis' | 'nats', S> & { stop(): Promise<void> };

/** Postgres, Redis and NATS together: all run, or none. `given` addresses are used as they are. */
export function startServers(options: StartServersOptions): Promise<Servers<Server>>;
export function startServers(
  options: StartServersOptions & { given: GivenAddresses },
): Promise<Servers<RunningServer>>;

export type RunningServer = Server | GivenServer;
export interface GivenAddresses {
  postgres?: string | undefined;
  redis?: string | undefined;
  nats?: string | undefined;
}

/** TOLLGATE_DATABASE_ADMIN_URL, TOLLGATE_REDIS_URL, TOLLGATE_NATS_URL. */
export function givenServers(env?: NodeJS.ProcessEnv): GivenAddresses;

export function startServerProcess(spec: {
  name: string;
  file: string;
  args: string[];
  logFile: string;
  isReady: () => Promise<boolean>;
  stopSignal?: NodeJS.Signals;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  readyTimeoutMs?: number;
  /** Gets the handle before it is ready, e.g. to stop it then. */
  onSpawn?: (server: ServerProcess) => void;
}): Promise<ServerProcess>;

/** A port of 127.0.0.1 that nobody listens on, below the range of outgoing connections. */
export function freePort(): Promise<number>;
export function isPortFree(port: number): Promise<boolean>;
export function isHttpOk(address: { port: number; path: string }): Promise<boolean>;

export interface ProcessIdentity {
  pid: number;
  identity: string | undefined;
}
export function processIdentity(pid: number): string | undefined;
export function isRunning(process: ProcessIdentity): boolean;

/** Takes the lock, or answers who holds it. A dead owner's lock is taken over. */
export function tryLock(file: string): { release(): void } | { owner: ProcessIdentity };
export function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: (owner: ProcessIdentity) => void,
): Promise<T>;

export function withProgress<T>(what: string, log: Log, work: () => Promise<T>): Promise<T>;
export function lastLines(text: string, linesMax?: number): string;
/** Opens for appending; emptied first when larger than 10 MiB. */
export function openLog(file: string): number;

export const checkoutFolder: string;
export function stateFolder(env?: NodeJS.ProcessEnv): string;
export function prepareStateFolder(home?: string): string;
export function serverUser(): { uid?: number; gid?: number };
export function makePrivateFolder(folder: string, user?: { uid?: number; gid?: number }): string;

/** Puts a child under the guard, which stops it if this process dies in any way. */
export function watchProcess(pid: number, stopSignal?: NodeJS.Signals): void;
export function forgetProcess(pid: number): void;
/** A folder that goes away with this process at the latest. */
export function temporaryFolder(prefix?: string): { folder: string; remove(): void } & Disposable;
/** Lets the guard stop what still runs, and waits until it has and is gone itself. */
export function closeGuard(): Promise<void>;
/** Keeps the list of children in a file; first ends those an earlier process left in it. */
export function keepProcessList(file: string): Promise<number>;
