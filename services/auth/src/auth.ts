import { Authorization } from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { memberChanged, memberRemoved } from '@tollgate/api/events';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { createIdentify, createSecretHash } from '@tollgate/credentials';
import { derivedPepper, pepperOf } from '@tollgate/credentials/key-settings';
import { purposeKey } from '@tollgate/runtime/config';
import { grpcService, serveGrpc, withCodec } from '@tollgate/runtime/grpc';
import { internalClient, serveRpc } from '@tollgate/runtime/rpc';
import {
  every,
  openBackbone,
  type Platform,
  type RunningService,
  running,
  type ServiceDefinition,
} from '@tollgate/runtime/service';
import { createAccessTokens } from './access-tokens/access-tokens.ts';
import { openKeyRing } from './access-tokens/key-ring.ts';
import { createAllKeys } from './api-keys/all-keys.ts';
import { createCheck } from './check/check.ts';
import { createCheckCodec } from './check/codec/check-codec.ts';
import { followChanges } from './check/follow-changes.ts';
import { createIdentifyToken } from './check/identify-token.ts';
import { createInternalTokens } from './check/internal-tokens.ts';
import { type AuthConfig, readConfig } from './config.ts';
import { migrations } from './migrations/index.ts';
import { routes } from './routes.ts';
import { rows } from './rows.ts';
import { forgetExpired } from './sessions/forget-expired.ts';
import { onMemberChanged } from './sessions/on-member-changed.ts';
import { createSessionDirectory } from './sessions/session-directory.ts';
import { startOperatorCreation } from './sign-up/create-operator.ts';
import { forgetUnfinished } from './sign-up/forget-unfinished.ts';
import { normalEmail } from './users/domain/email.ts';
import { createLoginLimit } from './users/login-limit.ts';
import { createPasswordHasher } from './users/password-hasher.ts';

const keyRingRefreshMs = 60_000;
/** How often what nobody can go on with is forgotten, in milliseconds. */
const forgetEveryMs = 3_600_000;
/** GetMe goes without the plan rather than wait longer, in milliseconds. */
const billingTimeoutMs = 1_000;

/** Auth, as a process runs it and as tests do. */
export const auth = {
  name: 'auth',
  readConfig,
  start: startAuth,
} satisfies ServiceDefinition<AuthConfig>;

/** Opens everything Auth needs, top-down, and closes it in reverse. Ready when it returns. */
async function startAuth(config: AuthConfig, platform: Platform): Promise<RunningService> {
  const { clock, log, health, metrics, signal, identity } = platform;
  await using opened = new AsyncDisposableStack();
  const protecting = protectingKeys(config);
  const backbone = opened.use(await openBackbone(config, { rows, migrations }, platform));
  const { database, bus } = backbone;

  const keyRing = await openKeyRing({ database, clock, sealKey: protecting.signingKeys });
  const accessTokens = createAccessTokens({ keyRing, clock });
  const hashSecret = createSecretHash(protecting.pepper);
  const keys = createAllKeys({ database, clock });
  const sessions = createSessionDirectory({ database, clock });
  const { refreshIntervalMs } = config;
  const timer = { clock, log, health, metrics, signal };
  opened.use(await followChanges({ bus, keys, sessions, refreshIntervalMs, ...timer }));
  const onChanged = onMemberChanged({ clock });
  await backbone.consume(memberChanged, { durable: 'member-changed', on: onChanged });
  await backbone.consume(memberRemoved, { durable: 'member-removed', on: onChanged });
  opened.use(every({ ...timer, name: 'signing-keys', ms: keyRingRefreshMs }, keyRing.refresh));
  const forget = { database, clock };
  const hourly = { ...timer, ms: forgetEveryMs };
  opened.use(every({ ...hourly, name: 'unfinished-sign-ups' }, () => forgetUnfinished(forget)));
  opened.use(every({ ...hourly, name: 'expired-sessions' }, () => forgetExpired(forget)));

  const passwords = await createPasswordHasher(config.passwordHashesAtOnce);
  const { tenants, billing } = clients(config, platform);
  const { operator } = config;
  const creation = { operator, database, passwords, tenants, clock, log, signal };
  opened.use(startOperatorCreation(creation));

  const ofToken = createIdentifyToken({ accessTokens, sessions });
  const identify = createIdentify({ keys: keys.directory, hashSecret, ofToken, clock });
  const tokenOf = createInternalTokens({ identity, clock });
  const check = withCodec(createCheckCodec(), createCheck({ identify, tokenOf }));
  const services = [grpcService(Authorization, { check })];
  const envoy = opened.use(await serveGrpc({ ...platform, envoy: config.envoy, services }));
  const handlers = routes({
    database,
    clock,
    passwords,
    loginLimit: createLoginLimit(config.loginsPerMinute),
    accessTokens,
    keyRing,
    keys: keys.directory,
    hashSecret,
    sessions,
    refreshKey: protecting.refreshTokens,
    tenants,
    billing,
    operatorEmail: normalEmail(operator.email),
  });
  const rpc = opened.use(await serveRpc({ ...platform, address: config.rpcAddress, handlers }));
  return running(opened.move(), { rpc: rpc.address, envoy: envoy.address });
}

/**
 * The keys that protect what Auth stores, each for one purpose, all from the encryption key; but the
 * pepper may be given, so that a gate can be told that alone.
 */
function protectingKeys({ encryptionKey, keyPepper }: AuthConfig) {
  return {
    pepper: pepperOf(keyPepper) ?? derivedPepper(encryptionKey),
    refreshTokens: purposeKey(encryptionKey, 'auth refresh tokens'),
    signingKeys: purposeKey(encryptionKey, 'auth signing keys'),
  };
}

function clients({ tenantUrl, billingUrl }: AuthConfig, { identity }: Platform) {
  return {
    tenants: internalClient(TenantInternalService, { url: tenantUrl, identity }),
    billing: internalClient(BillingInternalService, {
      url: billingUrl,
      identity,
      timeoutMs: billingTimeoutMs,
    }),
  };
}
