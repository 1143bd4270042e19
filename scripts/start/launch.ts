import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ensurePrograms,
  givenServers,
  isPortFree,
  keepProcessList,
  prepareStateFolder,
  startServers,
  stateFolder,
  tryLock,
} from '@tollgate/servers';
import { openSecrets, readUpstreams, startSystem } from '@tollgate/system';
import { type Demo, ensureDemo } from './demo.ts';
import { tellRunningServers } from './running-settings.ts';
import { readLaunchSettings } from './settings.ts';

/** A running installation, until it is disposed. */
export interface Launched extends AsyncDisposable {
  readonly home: string;
  readonly demo: Demo;
  readonly addresses: readonly (readonly [string, string])[];
  /** Once nobody waits for the start: see `System`. */
  releaseMemory(): void;
}

/**
 * Starts everything on the state folder: installs what is missing, servers, system, demo customer.
 * What was started is stopped again when a later step fails.
 */
export async function launch(log: (line: string) => void): Promise<Launched> {
  const settings = readLaunchSettings(process.env);
  const home = prepareStateFolder(stateFolder());
  await using opened = new AsyncDisposableStack();
  const lock = lockFolder(home);
  opened.defer(() => lock.release());
  const orphans = await keepProcessList(join(home, 'run', 'processes.json'));
  if (orphans > 0) log(`Stopped ${orphans} processes of a start that was killed.`);
  const upstreams = readUpstreams(settings.upstreamsFile ?? join(home, 'upstreams.json'));
  if (!(await isPortFree(settings.port))) {
    throw new Error(`Port ${settings.port} is in use: set TOLLGATE_PORT to another one.`);
  }

  const secrets = openSecrets(join(home, 'secrets.json'));
  const { servers, envoy } = await openServers(home, secrets.databaseAdminPassword, log);
  opened.defer(() => servers.stop());
  const databaseAdminUrl = withoutPassword(servers.postgres.url);
  opened.use(tellRunningServers(home, { databaseAdminUrl, natsUrl: servers.nats.url }));

  log('Starting the services …');
  const system = opened.use(
    await startSystem({
      folder: home,
      servers: {
        databaseAdminUrl: servers.postgres.url,
        natsUrl: servers.nats.url,
        redisUrl: servers.redis.url,
      },
      envoy,
      secrets,
      gatewayPort: settings.port,
      upstreams,
      settings: { notification: developmentWebhooks(process.env) },
      log,
    }),
  );
  const file = join(home, 'demo.json');
  const demo = await ensureDemo({ file, baseUrl: system.baseUrl, login: secrets.demo });
  const running = opened.move();
  return {
    home,
    demo,
    addresses: [
      ['Envoy admin', system.envoyAdminUrl],
      ...Object.entries(system.ports).map(
        ([name, { admin }]) => [`${name} admin`, `http://127.0.0.1:${admin}`] as const,
      ),
      ['NATS', servers.nats.url],
      ['Redis', servers.redis.url],
      ['Postgres', withoutPassword(servers.postgres.url)],
    ],
    releaseMemory: system.releaseMemory,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Whoever tries webhooks on a laptop has the receiver on it; elsewhere such targets are refused. */
function developmentWebhooks(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const name = 'TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS';
  return { [name]: env[name] ?? 'true' };
}

/** One launcher per state folder. */
function lockFolder(home: string): { release(): void } {
  const lock = tryLock(join(home, 'run', 'launcher.lock'));
  if ('release' in lock) return lock;
  throw new Error(
    `Tollgate already runs on ${home} (process ${lock.owner.pid}). Stop that one first, or set` +
      ' TOLLGATE_HOME and TOLLGATE_PORT for a second copy.',
  );
}

async function openServers(home: string, password: string, log: (line: string) => void) {
  const given = givenServers();
  const names = (['postgres', 'redis', 'nats'] as const).filter((name) => !given[name]);
  const programs = await ensurePrograms([...names, 'envoy'], { home, log });
  const described = [...names, 'envoy' as const].map((name) => {
    const { version, source } = programs[name];
    return `${name} ${version} (${source === 'PATH' ? programs[name].file : 'pinned'})`;
  });
  log(`Starting ${described.join(', ')} …`);
  const [folder, logFolder] = [join(home, 'data'), join(home, 'logs')];
  for (const path of [folder, logFolder]) mkdirSync(path, { recursive: true, mode: 0o755 });
  const servers = await startServers({
    programs,
    folder,
    logFolder,
    given,
    postgres: { password },
    redis: { settings: { appendonly: 'yes', appendfsync: 'everysec' } },
  });
  return { servers, envoy: programs.envoy };
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
