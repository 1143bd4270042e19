import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freshDatabase, ownNats } from '../../packages/testkit/src/index.ts';
import { migrations } from '../../services/metering/src/migrations/index.ts';
import type { MeasuredRedis } from '../processes/measured-redis.ts';
import {
  type MeteringOptions,
  type MeteringProcess,
  startMeasuredProcess,
} from '../processes/metering-process.ts';
import type { Tree } from './check-out.ts';
import type { Contestant } from './contestant.ts';
import { entitleTenants } from './entitle-tenants.ts';

const settings = {
  // What is shipped, also where it costs decisions.
  TOLLGATE_REDIS_TIMEOUT_MS: '40',
  // Records of requests die in the run that made them, so that its cost is measured with it.
  TOLLGATE_REQUEST_RECORD_TTL_MS: '1000',
};

/** How gates are started. */
export interface GatesOptions {
  readonly name: string;
  readonly gates: number;
  readonly redis: MeasuredRedis;
  /** For Unix sockets of the gates; absent: TCP. Made if missing. */
  readonly socketFolder?: string;
  /** Another commit whose code they run; absent: this checkout's. */
  readonly tree?: Tree;
}

/** Starts gates with all features on, on a database and a message server of their own. */
export async function startGates(options: GatesOptions): Promise<Contestant> {
  const { name, gates, redis, socketFolder, tree } = options;
  await using opened = new AsyncDisposableStack();
  const nats = opened.use(await ownNats());
  const metering = tree?.migrations ?? migrations;
  const database = opened.use(await freshDatabase({ migrations: { metering } }));
  await entitleTenants(database);
  const servers = {
    databaseUrl: database.urls.metering,
    natsUrl: nats.url,
    redisUrl: redis.url,
  };
  const shared = { servers, ...(tree ? { tree: tree.folder } : {}) };
  if (socketFolder) makePassable(socketFolder);
  const started: MeteringProcess[] = [];
  for (let gate = 0; gate < gates; gate += 1) {
    const socket = socketFolder && join(socketFolder, `gate-${gate + 1}.sock`);
    started.push(opened.use(await startGate(shared, socket)));
  }
  const owned = opened.move();
  return {
    name,
    addresses: started.map(({ address }) => address),
    parts: { limiter: started.map(({ pid }) => pid), Redis: [redis.pid] },
    kind: 'gate',
    redis,
    takePausesMs: () => started.flatMap((gate) => gate.takePausesMs()),
    startRecorder: () => startMeasuredProcess('recorder', shared),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startGate(
  shared: Pick<MeteringOptions, 'servers' | 'tree'>,
  socket: string | undefined,
): Promise<MeteringProcess> {
  const own = socket ? { TOLLGATE_ENVOY_ADDRESS: `unix:${socket}` } : {};
  const gate = await startMeasuredProcess('gate', { ...shared, settings: { ...settings, ...own } });
  // Envoy may run as another user.
  if (socket) chmodSync(socket, 0o666);
  return gate;
}

/** Envoy, who may be another user, passes through it. */
function makePassable(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
}
