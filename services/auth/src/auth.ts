import { Authorization } from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { memberChanged, memberRemoved } from '@tollgate/api/events';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { grpcService, internalClient, serveGrpc, serveRpc, withCodec } from '@tollgate/runtime/rpc';
import {
  every,
  openBackbone,
  type Platform,
  type RunningService,
  running,
} from '@tollgate/runtime/service';
import { createCheck } from './check/check.ts';
import { createCheckCodec } from './check/codec/check-codec.ts';
import { followChanges } from './check/follow-changes.ts';
import { createIdentify } from './check/identify.ts';
import { createInternalTokens } from './check/internal-tokens.ts';
import { createKeyDirectory } from './api-keys/key-directory.ts';
import { createSessionDirectory } from './sessions/session-directory.ts';
import type { AuthConfig } from './config.ts';
import { normalEmail } from './users/domain/email.ts';
import { createLoginLimit } from './users/domain/login-limit.ts';
import { onMemberChanged } from './sessions/on-member-changed.ts';
import { deriveKeys } from './keys/derived-keys.ts';
import { startOperatorCreation } from './sign-up/create-operator.ts';
import { createPasswordHasher } from './users/password-hasher.ts';
import { routes } from './routes.ts';
import { ApiKeyRow } from './api-keys/api-key-row.ts';
import { migrations } from './migrations/index.ts';
import { RefreshTokenRow } from './sessions/refresh-token-row.ts';
import { SessionRow } from './sessions/session-row.ts';
import { SigningKeyRow } from './access-tokens/signing-key-row.ts';
import { sweep } from './sessions/sweep.ts';
import { UserRow } from './users/user-row.ts';
import { createAccessTokens } from './access-tokens/access-tokens.ts';
import { openKeyRing } from './access-tokens/key-ring.ts';

const rows = [UserRow, SessionRow, RefreshTokenRow, ApiKeyRow, SigningKeyRow];
const keyRingRefreshMs = 60_000;
const sweepMs = 3_600_000;
/** GetMe goes without the plan rather than wait longer, in milliseconds. */
const billingTimeoutMs = 1_000;

/** Opens everything Auth needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startAuth(config: AuthConfig, platform: Platform): Promise<RunningService> {
  const { clock, identity } = platform;
  await using opened = new AsyncDisposableStack();
  const derived = deriveKeys(config.encryptionKey);
  const backbone = opened.use(await openBackbone(config, { rows, migrations }, platform));
  const { database, bus } = backbone;

  const keyRing = await openKeyRing({ database, clock, sealKey: derived.signingKeys });
  const accessTokens = createAccessTokens({ keyRing, clock });
  const keys = createKeyDirectory({ database, clock });
  const sessions = createSessionDirectory({ database, clock });
  const { refreshIntervalMs } = config;
  opened.use(await followChanges({ bus, keys, sessions, platform, refreshIntervalMs }));
  const onChanged = onMemberChanged({ clock });
  await backbone.consume(memberChanged, { durable: 'member-changed', on: onChanged });
  await backbone.consume(memberRemoved, { durable: 'member-removed', on: onChanged });
  opened.use(every({ ...platform, name: 'signing-keys', ms: keyRingRefreshMs }, keyRing.refresh));
  opened.use(
    every({ ...platform, name: 'ended-sessions', ms: sweepMs }, () => sweep({ database, clock })),
  );

  const passwords = await createPasswordHasher(config.passwordHashesAtOnce);
  const tenants = internalClient(TenantInternalService, { url: config.tenantUrl, identity });
  const billing = internalClient(BillingInternalService, {
    url: config.billingUrl,
    identity,
    timeoutMs: billingTimeoutMs,
  });
  opened.use(startOperatorCreation({ ...platform, ...config, database, passwords, tenants }));

  const identify = createIdentify({ ...derived, keys, sessions, accessTokens, clock });
  const tokenOf = createInternalTokens({ identity, clock });
  const check = withCodec(createCheckCodec(), createCheck({ identify, tokenOf }));
  const envoy = opened.use(
    await serveGrpc({
      ...platform,
      envoy: config.envoy,
      services: [grpcService(Authorization, { check })],
    }),
  );
  const handlers = routes({
    ...derived,
    database,
    clock,
    passwords,
    loginLimit: createLoginLimit(config.loginsPerMinute),
    accessTokens,
    keyRing,
    keys,
    sessions,
    tenants,
    billing,
    operatorEmail: normalEmail(config.operator.email),
  });
  const rpc = opened.use(await serveRpc({ ...platform, address: config.rpcAddress, handlers }));
  return running(opened.move(), { rpc: rpc.address, envoy: envoy.address });
}
