import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkoutFolder } from '@tollgate/servers';
import { createSecrets, publicKeysOf } from '@tollgate/system';

/** A process of Metering as it runs in production: one that can be killed, and paused. */
export interface MeteringProcess extends AsyncDisposable {
  /** `host:port` or `unix:path` where Envoy would ask it. */
  readonly address: string;
  readonly pid: number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Stops it where it stands (SIGSTOP), until `resume`. */
  pause(): void;
  resume(): void;
}

/** How it is started. */
export interface MeteringProcessOptions {
  /** What it runs on; policies are in the database already. */
  readonly servers: {
    readonly databaseUrl: string;
    readonly natsUrl: string;
    readonly redisUrl: string;
  };
  /** The checkout whose code it runs; absent: this one. */
  readonly tree?: string;
  /** Settings by the name of their variable, over those of `servers`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Options of Node's. */
  readonly nodeOptions?: readonly string[];
  /** Is given each line of its output first; answers whether that was all it is good for. */
  readonly onLine?: (line: string) => boolean;
}

const mains = { gate: 'gate-main.ts', recorder: 'main.ts' } as const;

/** Starts a gate or a recorder, and answers when it is ready. @throws when it does not get ready. */
export async function startMeteringProcess(
  kind: keyof typeof mains,
  options: MeteringProcessOptions,
): Promise<MeteringProcess> {
  const { servers, tree = checkoutFolder, settings, nodeOptions = [], onLine } = options;
  const file = join(tree, 'services/metering/src', mains[kind]);
  const child = spawn(process.execPath, [...nodeOptions, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment(servers), ...settings },
  });
  const ready = Promise.withResolvers<string>();
  // Read to the end: a full pipe would hold it up.
  createInterface({ input: child.stdout })
    .on('line', (line) => void (onLine?.(line) || readLog(line, ready)))
    .on('close', () => ready.reject(new Error(`the ${kind} ended before it was ready`)));
  const address = await ready.promise;
  return {
    address,
    pid: child.pid ?? 0,
    kill: () => end(child, 'SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  // A paused process could not obey.
  child.kill('SIGCONT');
  await ended;
}

function environment({ databaseUrl, natsUrl, redisUrl }: MeteringProcessOptions['servers']) {
  const secrets = createSecrets();
  return {
    TOLLGATE_DATABASE_URL: databaseUrl,
    TOLLGATE_NATS_URL: natsUrl,
    TOLLGATE_REDIS_URL: redisUrl,
    // Nobody is there to confirm policies or keys.
    TOLLGATE_BILLING_URL: 'http://127.0.0.1:9',
    TOLLGATE_AUTH_URL: 'http://127.0.0.1:9',
    TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(secrets.serviceKeys.metering),
    TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeysOf(secrets)),
    TOLLGATE_LOG_LEVEL: 'info',
  };
}

function readLog(line: string, ready: PromiseWithResolvers<string>): void {
  if (!line.startsWith('{')) return;
  const entry: { msg?: string; level?: string; addresses?: { envoy: string } } = JSON.parse(line);
  if (entry.msg === 'ready' && entry.addresses) ready.resolve(entry.addresses.envoy);
  if (entry.level === 'fatal') ready.reject(new Error(`it did not start: ${line}`));
}
