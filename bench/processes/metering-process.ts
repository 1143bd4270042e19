import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkoutFolder } from '@tollgate/servers';
import { createSecrets, publicKeysOf } from '@tollgate/system';
import { createGcPauses, gcOption } from '../cost/gc-pauses.ts';

/** A process of Metering as it runs in production. */
export interface MeteringProcess extends AsyncDisposable {
  /** Where Envoy would ask it. */
  readonly address: string;
  readonly pid: number;
  /** How long it stood still for its garbage since the last call, each time, in milliseconds. */
  takePausesMs(): number[];
}

/** What it runs on. */
interface MeteringServers {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/** How it is started. */
export interface MeteringOptions {
  readonly servers: MeteringServers;
  /** The checkout whose code it runs; absent: this one. */
  readonly tree?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a gate and answers when it is ready. */
export function startGateProcess(options: MeteringOptions): Promise<MeteringProcess> {
  return startProcess('gate-main.ts', options);
}

/** Starts a recorder, which saves counters, and answers when it is ready. */
export function startRecorderProcess(options: MeteringOptions): Promise<MeteringProcess> {
  return startProcess('main.ts', options);
}

async function startProcess(
  main: string,
  { servers, tree = checkoutFolder, settings }: MeteringOptions,
): Promise<MeteringProcess> {
  const file = join(tree, 'services/metering/src', main);
  const child = spawn(process.execPath, [gcOption, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment(servers), ...settings },
  });
  const pauses = createGcPauses();
  const ready = Promise.withResolvers<string>();
  // Read to the end: a full pipe would hold it up.
  createInterface({ input: child.stdout })
    .on('line', (line) => void (pauses.read(line) || readLog(line, ready)))
    .on('close', () => ready.reject(new Error(`${main} ended before it was ready`)));
  const address = await ready.promise;
  return {
    address,
    pid: child.pid ?? 0,
    takePausesMs: pauses.take,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

function environment({ databaseUrl, natsUrl, redisUrl }: MeteringServers) {
  const secrets = createSecrets();
  return {
    TOLLGATE_DATABASE_URL: databaseUrl,
    TOLLGATE_NATS_URL: natsUrl,
    TOLLGATE_REDIS_URL: redisUrl,
    // Policies are in the database already; nobody is there to confirm them.
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
