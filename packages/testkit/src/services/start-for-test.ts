import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { serviceNames } from '@tollgate/api';
import type { Clock, RunningService } from '@tollgate/runtime/service';
import { type Caller, operator, tokenOf } from './callers.ts';
import { rpcClient } from './rpc-client.ts';
import { openTestPlace, type TestPlace } from './test-place.ts';
import { type TestPlatform, testPlatform } from './test-platform.ts';
import { loadProcess, type ProcessName, type TestProcess } from './test-processes.ts';

/** Nothing listens on the discard port: a service that a test has not started is gone. */
const nobodyUrl = 'http://127.0.0.1:9';

/** How a process starts in a test. */
export interface StartOptions {
  /** For a place of its own; the system's by default. */
  readonly clock?: Clock;
  /** Runs beside another one: same database, bus and clock. The place outlives both. */
  readonly beside?: { readonly place: TestPlace };
  /** Settings by the name of their variable, over the tests' own. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One process of the system, in the test's own process, over real servers. */
export interface TestService extends AsyncDisposable {
  readonly place: TestPlace;
  /** `http://host:port` of the RPC listener. */
  readonly url: string;
  /** `host:port` of a listener, by name (`rpc`, `envoy`). */
  address(listener: string): string;
  /** What the process was given last: its metrics, its health, its log. */
  readonly platform: TestPlatform;
  /**
   * A stock client of one of its RPC services, that speaks as the caller with a token of the moment
   * of each call; without a caller it is anonymous. It goes on after a restart.
   */
  client<S extends DescService>(service: S, caller?: Caller): Client<S>;
  /** A client that speaks as an operator. */
  operator<S extends DescService>(service: S): Client<S>;
  /** Ends its work in good order. */
  stop(): Promise<void>;
  /** Starts it again over the same data. */
  start(): Promise<void>;
}

/**
 * Starts a process of the system on free ports, with the settings that a test wants and its schema
 * migrated. Closing it closes its place, unless it runs beside another one.
 */
export async function startForTest(
  name: ProcessName,
  { clock, beside, settings = {} }: StartOptions = {},
): Promise<TestService> {
  await using opened = new AsyncDisposableStack();
  const place = beside?.place ?? opened.use(await openTestPlace(clock ? { clock } : {}));
  const process = await loadProcess(name);
  await place.database.migrate(process.service);
  refuseUnknown(settings, process);
  const variables = { ...(await variablesFor(process, place)), ...settings };

  let running: Running | undefined;
  const now = () => {
    if (!running) throw new Error(`${name} does not run.`);
    return running;
  };
  const address = (listener: string) => {
    const found = now().service.addresses[listener];
    if (!found) throw new Error(`${name} has no listener ${listener}.`);
    return found;
  };
  const service: TestService = {
    place,
    get url() {
      return `http://${address('rpc')}`;
    },
    address,
    get platform() {
      return now().platform;
    },
    client: (rpc, caller) =>
      rpcClient(rpc, {
        address: () => address('rpc'),
        ...(caller ? { token: () => tokenOf(caller, place.clock) } : {}),
      }),
    operator: (rpc) => service.client(rpc, operator),
    async start() {
      const platform = testPlatform(process.service, { clock: place.clock, process: process.name });
      running = { platform, service: await process.start(variables, platform) };
    },
    async stop() {
      running?.platform[Symbol.dispose]();
      await running?.service[Symbol.asyncDispose]();
      running = undefined;
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
  opened.defer(() => service.stop());
  await service.start();
  const everything = opened.move();
  return service;
}

interface Running {
  readonly platform: TestPlatform;
  readonly service: RunningService;
}

/** A misspelt setting would silently leave the default in force. */
function refuseUnknown(settings: Readonly<Record<string, string>>, process: TestProcess): void {
  const unknown = Object.keys(settings).filter((name) => !process.variables.has(name));
  if (unknown.length > 0) throw new Error(`Nobody reads ${unknown.join(', ')}.`);
}

/** What the process asks for of the place; everything else has its default or is the test's. */
async function variablesFor(
  { service, variables: asked }: TestProcess,
  place: TestPlace,
): Promise<Record<string, string>> {
  const peers = serviceNames.map((peer) => [`TOLLGATE_${peer.toUpperCase()}_URL`, nobodyUrl]);
  return {
    ...Object.fromEntries(peers),
    TOLLGATE_DATABASE_URL: place.database.urls[service],
    TOLLGATE_DATABASE_POOL_MAX: '5',
    TOLLGATE_NATS_URL: place.nats.url,
    ...(asked.has('TOLLGATE_REDIS_URL') ? { TOLLGATE_REDIS_URL: (await place.redis()).url } : {}),
    TOLLGATE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
}
