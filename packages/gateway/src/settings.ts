import { type ServiceName, serviceNames } from '@tollgate/api';
import { apiMethods } from './routes/api-bindings.ts';

/** Where something listens: an IP address or a name that DNS resolves. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One protected API. */
export interface UpstreamSettings {
  /** Names the upstream in limits, logs and metrics: `[a-z][a-z0-9-]*`. */
  readonly name: string;
  /**
   * Paths that lead to it, each with everything below it (`/v1/messages` takes `/v1/messages/7`
   * but not `/v1/messages-old`). One below `/v1/` is also reachable below `/api/v1/`. None may take
   * a path of Tollgate's own API.
   */
  readonly prefixes: readonly string[];
  /** The servers of the upstream; at least one. They speak HTTP/1.1 unless `http2` is set. */
  readonly addresses: readonly Address[];
  /** Longest time to a complete answer; default 15,000. */
  readonly timeoutMs?: number;
  /** Takes the matched prefix off the path before the upstream sees it; default false. */
  readonly stripPrefix?: boolean;
  /** The servers speak HTTP/2 without TLS, as gRPC needs; default false. */
  readonly http2?: boolean;
  /**
   * `one-call`: a call that brings an API key, and nothing else that could be a credential, is
   * decided by the gate alone, which must have been given the pepper (`TOLLGATE_KEY_PEPPER`); every
   * other call goes to Auth first. Default `two-calls`: Auth first, always.
   */
  readonly lane?: Lane;
}

/** How many questions a call of a protected API costs. */
export type Lane = 'two-calls' | 'one-call';

/** All that differs between two environments' gateways. */
export interface GatewaySettings {
  /** Where clients connect. */
  readonly listen: Address;
  /**
   * Refuses to start where another Envoy listens. By default several share a port, each taking some
   * of its connections: right for workers and for hot restarts, a riddle for two copies of a laptop.
   */
  readonly exclusivePort?: boolean;
  /** Envoy's admin interface: keep it on loopback. */
  readonly admin: Address;
  /** Auth's ext_authz server (`TOLLGATE_ENVOY_ADDRESS` of auth). */
  readonly check: Address;
  /** The gates, each one process; two or more, so that one may stop (`TOLLGATE_ENVOY_ADDRESS`). */
  readonly gates: readonly Address[];
  /** The recorder's access-log sink (`TOLLGATE_ENVOY_ADDRESS` of metering). */
  readonly accessLog: Address;
  /** The Connect servers of the five services (`TOLLGATE_RPC_ADDRESS`). */
  readonly services: Readonly<Record<ServiceName, Address>>;
  /**
   * Admin servers whose `/readyz` decides the gateway's own `/readyz` and `/health/ready`: Auth's
   * and one for each gate. Left out: the gateway is ready when it is alive.
   */
  readonly readiness?: { readonly auth: Address; readonly gates: readonly Address[] };
  /** The file `tollgate.binpb` as Envoy's process sees it (`transcoderDescriptorsPath`). */
  readonly descriptorsPath: string;
  readonly upstreams: readonly UpstreamSettings[];
  /** Origins whose pages may call the API from a browser; default none. */
  readonly corsOrigins?: readonly string[];
  /** Proxies in front that add to `x-forwarded-for` and are trusted; default 0. */
  readonly trustedProxies?: number;
  /** Requests per second and client address (IPv6: per /64) before Auth is asked; default 1,000. */
  readonly shieldRequestsPerSecond?: number;
  /**
   * Longest time for Auth's and the gate's answer, with one retry in it; default 100. The gates must
   * know it (`TOLLGATE_DECISION_TIMEOUT_MS`): so long a call may come again.
   */
  readonly decisionTimeoutMs?: number;
  /** Longest time for an answer of Tollgate's own API; default 15,000. */
  readonly apiTimeoutMs?: number;
}

/** The settings with all defaults filled in. */
export type CompleteSettings = Required<Omit<GatewaySettings, 'readiness'>> &
  Pick<GatewaySettings, 'readiness'>;

/**
 * Fills in the defaults.
 *
 * @throws Error that names every setting with an impossible value.
 */
export function completeSettings(settings: GatewaySettings): CompleteSettings {
  const problems = [
    ...(settings.gates.length === 0 ? ['gates: at least one is needed'] : []),
    ...settings.upstreams.flatMap(upstreamProblems),
    ...repeated(settings.upstreams.map(({ name }) => name)).map(
      (name) => `upstreams: ${name} stands twice`,
    ),
    ...repeated(settings.upstreams.flatMap(({ prefixes }) => prefixes)).map(
      (prefix) => `upstreams: ${prefix} leads to two`,
    ),
  ];
  if (problems.length > 0) throw new Error(`gateway settings: ${problems.join('; ')}`);
  return {
    exclusivePort: false,
    corsOrigins: [],
    trustedProxies: 0,
    shieldRequestsPerSecond: 1_000,
    decisionTimeoutMs: 100,
    apiTimeoutMs: 15_000,
    ...settings,
  };
}

const reservedNames: readonly string[] = [...serviceNames, 'none'];

function upstreamProblems({ name, prefixes, addresses }: UpstreamSettings): string[] {
  return [
    ...(/^[a-z][a-z0-9-]{0,62}$/.test(name) ? [] : [`upstream "${name}": not a name`]),
    ...(reservedNames.includes(name) ? [`upstream ${name}: the name is Tollgate's own`] : []),
    ...(prefixes.length > 0 ? [] : [`upstream ${name}: no prefix`]),
    ...(addresses.length > 0 ? [] : [`upstream ${name}: no address`]),
    ...prefixes
      .filter((prefix) => !/^(?:\/[\w.~-]+)+$/.test(prefix))
      .map((prefix) => `upstream ${name}: "${prefix}" is not a path like /v1/messages`),
    ...prefixes
      .filter((prefix) => ownPaths().some((path) => `${path}/`.startsWith(`${prefix}/`)))
      .map((prefix) => `upstream ${name}: "${prefix}" takes a path of Tollgate's own`),
  ];
}

/** Upstreams' routes stand first: one that took such a path would get what is meant for us. */
function ownPaths(): string[] {
  return [
    '/healthz',
    '/readyz',
    '/health/live',
    '/health/ready',
    ...apiMethods().flatMap(({ rpcPath, bindings }) => [
      rpcPath,
      ...bindings.map(({ template }) => template),
    ]),
  ];
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
