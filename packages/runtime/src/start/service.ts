import type { ServiceName } from '@tollgate/api';
import { systemClock } from '../clock/clock.ts';
import { type ReadConfig, readSettings, SettingsError } from '../config/settings.ts';
import { serveAdmin } from '../health/admin-server.ts';
import { createHealth } from '../health/health.ts';
import { createServiceIdentity } from '../identity/service-identity.ts';
import { createTokenVerifier } from '../identity/token-verifier.ts';
import { openLog } from '../log/log.ts';
import { collectGarbage } from '../memory/collect-garbage.ts';
import { RELEASE_MEMORY } from '../memory/release-memory.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { type CommonConfig, readCommonConfig } from './common-config.ts';
import type { Platform, RunningService } from './platform.ts';
import { watchForStop } from './watch-for-stop.ts';

/** A service as a process: what it is called, what it reads, how it starts. */
export interface ServiceDefinition<C> {
  /** Whose keys the process signs with. */
  readonly name: ServiceName;
  /** Name in logs and metrics where one service has several processes; absent: `name`. */
  readonly process?: string;
  readonly readConfig: ReadConfig<C>;
  /** Opens everything; the service is ready when it answers. */
  readonly start: (config: C, platform: Platform) => Promise<RunningService>;
}

/**
 * Runs a service until SIGTERM or SIGINT. Reads the settings from the environment; with
 * `--check-config` it only prints what is wrong with them. Exit code 1 when the settings are wrong,
 * the start fails, an error is thrown that nobody caught, or stopping takes too long.
 */
export async function runService<C>(definition: ServiceDefinition<C>): Promise<void> {
  const settings = readAll(definition);
  if (settings === undefined) {
    process.exitCode = 1;
    return;
  }
  if (process.argv.includes('--check-config')) {
    process.stdout.write('The settings are complete.\n');
    return;
  }
  await runUntilStopped(definition, settings);
}

function readAll<C>(definition: ServiceDefinition<C>) {
  try {
    return readSettings(process.env, (settings) => ({
      common: readCommonConfig(settings, definition.name),
      config: definition.readConfig(settings),
    }));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.problems.join('\n')}\n`);
    return undefined;
  }
}

async function runUntilStopped<C>(
  definition: ServiceDefinition<C>,
  { common, config }: { common: CommonConfig; config: C },
): Promise<void> {
  const name = definition.process ?? definition.name;
  const log = openLog({ service: name, level: common.logLevel });
  const health = createHealth();
  const metrics = createMetrics(name);
  const stop = watchForStop({ log, health, timeoutMs: common.stopTimeoutMs });
  const keys = { clock: systemClock, publicKeys: common.publicKeys };
  try {
    await using opened = new AsyncDisposableStack();
    const admin = opened.use(await serveAdmin({ address: common.adminAddress, health, metrics }));
    const service = opened.use(
      await definition.start(config, {
        clock: systemClock,
        log,
        health,
        metrics,
        signal: stop.signal,
        identity: createServiceIdentity({ key: common.privateKey, clock: systemClock }),
        verifier: createTokenVerifier(keys),
        common,
      }),
    );
    // Where nobody could say later that nobody waits, loading is the time to do it.
    if (!process.send) await collectGarbage();
    health.markStarted();
    talkToParent();
    log.info({ addresses: { admin: admin.address, ...service.addresses } }, 'ready');
    await stop.requested;
  } catch (error) {
    log.fatal({ error }, 'the service failed');
    process.exitCode = 1;
  }
  stop.finished();
  log.info('stopped');
}

/**
 * Whoever started us with a channel of Node's hears that we are ready and need not ask again and
 * again. It answers when nobody waits for us: then what loading left behind is given back.
 */
function talkToParent(): void {
  if (!process.send) return;
  process.on('message', (word) => {
    if (word === RELEASE_MEMORY) void releaseMemory();
  });
  process.channel?.unref(); // it must not keep us alive
  process.send('ready', () => {}); // the parent may have ended: that is no fault of ours
}

async function releaseMemory(): Promise<void> {
  await collectGarbage();
  if (process.connected) process.disconnect?.();
}
