import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSecrets, publicKeysOf } from '@tollgate/system';

/** A gate as it runs in production: a process of its own. */
export interface GateProcess extends AsyncDisposable {
  readonly address: string;
  readonly pid: number;
  /** Processor time that it has used since it started, in seconds. */
  cpuSeconds(): Promise<number>;
}

const main = fileURLToPath(new URL('../../services/metering/src/gate-main.ts', import.meta.url));

/** Starts a gate on these servers, with `settings` in addition. */
export async function startGateProcess(
  servers: { databaseUrl: string; natsUrl: string; redisUrl: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<GateProcess> {
  const secrets = createSecrets();
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      TOLLGATE_DATABASE_URL: servers.databaseUrl,
      TOLLGATE_NATS_URL: servers.natsUrl,
      TOLLGATE_REDIS_URL: servers.redisUrl,
      // Policies are in the database already; nobody is there to confirm them.
      TOLLGATE_AUTH_URL: 'http://127.0.0.1:9',
      TOLLGATE_BILLING_URL: 'http://127.0.0.1:9',
      // What is measured is work; a decision that comes late on a busy machine is shown by p99.
      TOLLGATE_REDIS_TIMEOUT_MS: '1000',
      TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(secrets.serviceKeys.metering),
      TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeysOf(secrets)),
      TOLLGATE_LOG_LEVEL: 'info',
      ...settings,
    },
  });
  const addresses = await readyAddresses(createInterface({ input: child.stdout }));
  child.stdout.resume(); // a full pipe would hold the gate up
  return {
    address: addresses.envoy,
    pid: child.pid ?? 0,
    async cpuSeconds() {
      const text = await (await fetch(`http://${addresses.admin}/metrics`)).text();
      return Number(/^process_cpu_seconds_total\S* (\S+)$/m.exec(text)?.[1]);
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function readyAddresses(
  lines: AsyncIterable<string>,
): Promise<{ envoy: string; admin: string }> {
  for await (const line of lines) {
    const entry = JSON.parse(line);
    if (entry.msg === 'ready') return entry.addresses;
    if (entry.level === 'fatal') throw new Error(`the gate did not start: ${line}`);
  }
  throw new Error('the gate ended before it was ready');
}
