import { parseArgs } from 'node:util';
import { isServiceName, type ServiceName, serviceNames } from '@tollgate/api';
import {
  type EnvironmentVariables,
  readBackboneConfig,
  readSettings,
  type Settings,
  SettingsError,
} from '@tollgate/runtime/config';
import { type Database, openDatabase } from '@tollgate/runtime/database';
import {
  type EventBus,
  findParkedEvents,
  openEventBus,
  type ParkedEvents,
  replayParkedEvents,
} from '@tollgate/runtime/events';
import { createServiceIdentity } from '@tollgate/runtime/rpc';
import {
  createHealth,
  createMetrics,
  openLog,
  readCommonConfig,
  systemClock,
} from '@tollgate/runtime/service';
import { stateFolder } from '@tollgate/servers';
import { allMigrations } from '@tollgate/system/migrations';
import { runningSettings } from './start/running-settings.ts';

const usage = `usage: --service ${serviceNames.join('|')} [--consumer <name>] [--list]`;
const BATCH = 100;

/**
 * `npm run events:replay -- --service billing` publishes the events again that a service has
 * parked, for the consumers that could not handle them; `--consumer` names one of these, `--list`
 * only says what there is. Reads the settings of the service where it runs beside it, in its
 * container; without them those of `npm start`, which must run.
 */
async function main(args: string[]): Promise<void> {
  const { service, consumer, list } = readArguments(args);
  const platform = { clock: systemClock, log: openLog({ service, level: 'warn' }) };
  const { backbone, common } = readSettings(environmentOf(service), (settings: Settings) => ({
    backbone: readBackboneConfig(settings),
    common: readCommonConfig(settings, service),
  }));
  await using database = await openDatabase(
    backbone.database,
    { rows: [], migrations: allMigrations[service] },
    { ...platform, identity: createServiceIdentity({ ...platform, key: common.privateKey }) },
  );
  const parked = (await findParkedEvents(database)).filter(
    (one) => consumer === undefined || one.consumer === consumer,
  );
  if (parked.length === 0) console.log(`${service}: nothing is parked`);
  if (parked.length === 0 || list) {
    for (const one of parked) console.log(describe(one));
    return;
  }
  const told = { health: createHealth(), metrics: createMetrics(service) };
  await using bus = await openEventBus({ ...platform, ...told, url: backbone.natsUrl });
  for (const one of parked) {
    const again = await replayAll({ database, bus }, one.consumer);
    console.log(`${describe(one)}; ${again} published again`);
  }
}

/** The service's own settings where there are any: nothing else has its private key. */
function environmentOf(service: ServiceName): EnvironmentVariables {
  const names = Object.keys(process.env);
  const isBeside = names.some((name) => name.startsWith('TOLLGATE_SERVICE_PRIVATE_KEY'));
  return isBeside ? process.env : { ...process.env, ...runningSettings(stateFolder(), service) };
}

async function replayAll(
  parts: { readonly database: Database; readonly bus: EventBus },
  consumer: string,
): Promise<number> {
  for (let all = 0; ; ) {
    const again = await replayParkedEvents(parts, { consumer, max: BATCH });
    all += again;
    if (again < BATCH) return all;
  }
}

function describe({ consumer, events, unreadable, lastCause }: ParkedEvents): string {
  const stay = unreadable === 0 ? '' : `, ${unreadable} that cannot be read and stay`;
  return `${consumer}: ${events} parked${stay}, the last one by ${lastCause}`;
}

function readArguments(args: string[]): {
  service: ServiceName;
  consumer: string | undefined;
  list: boolean;
} {
  const { values } = parseArgs({
    args,
    options: {
      service: { type: 'string' },
      consumer: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const { service, consumer, list } = values;
  if (!isServiceName(service)) throw new Error(usage);
  return { service, consumer, list };
}

function describeFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.problems.join('\n');
  return Error.isError(error) ? error.message : String(error);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`events:replay: ${describeFailure(error)}`);
  process.exitCode = 1;
}
