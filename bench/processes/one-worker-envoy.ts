import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Program, startEnvoy } from '@tollgate/servers';

/** An Envoy with one worker thread, so that its share of the machine is bounded. */
export interface OneWorkerEnvoy extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Requests so far on which the limiter's filter got no answer in time. */
  undecided(): Promise<number>;
}

/** Ports that a configuration is written for. */
export interface EnvoyPorts {
  readonly port: number;
  readonly adminPort: number;
}

/** Starts it; `name` is that of its files in `folder`, which Envoy's user must be able to read. */
export async function startOneWorkerEnvoy(
  name: string,
  { program, folder }: { program: Program; folder: string },
  configOf: (ports: EnvoyPorts) => object,
): Promise<OneWorkerEnvoy> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const configFile = join(folder, `${name}.json`);
  writeFileSync(configFile, JSON.stringify(configOf({ port, adminPort })), { mode: 0o644 });
  const logFile = join(folder, `${name}.log`);
  const args = ['--concurrency', '1'];
  const envoy = await startEnvoy({ program, configFile, adminPort, logFile, args });
  return {
    port,
    pid: envoy.pid,
    async undecided() {
      const url = `http://127.0.0.1:${adminPort}/stats?filter=ratelimit.error`;
      return Number(/ratelimit\.error: (\d+)/.exec(await (await fetch(url)).text())?.[1] ?? 0);
    },
    [Symbol.asyncDispose]: () => envoy.stop(),
  };
}
