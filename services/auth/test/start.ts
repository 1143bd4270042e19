import { randomBytes } from 'node:crypto';
import type { TenantId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { secret } from '@tollgate/runtime/config';
import { reasonOf } from '@tollgate/runtime/errors';
import type { PrincipalClaims } from '@tollgate/runtime/rpc';
import { type Clock, systemClock } from '@tollgate/runtime/service';
import { tenant as tenantService } from '@tollgate/tenant';
import { migrations as tenantMigrations } from '@tollgate/tenant/migrations';
import { freshDatabase, ownNats, principalToken, rpcClient, testPlatform } from '@tollgate/testkit';
import { auth } from '../src/auth.ts';
import type { AuthConfig } from '../src/config.ts';
import { migrations } from '../src/migrations/index.ts';
import { checkClient } from './check-client.ts';

const anyPort = { host: '127.0.0.1', port: 0 };

/** A user of a test, with the tenant it owns. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly tenantId: TenantId;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Auth and Tenant on real servers, and clients for every kind of caller. */
export async function startAuthForTest(
  options: { clock?: Clock; config?: Partial<AuthConfig> } = {},
) {
  await using opened = new AsyncDisposableStack();
  const clock = options.clock ?? systemClock;
  const nats = opened.use(await ownNats());
  const natsUrl = nats.url;
  const database = opened.use(
    await freshDatabase({ migrations: { auth: migrations, tenant: tenantMigrations } }),
  );
  const tenant = opened.use(
    await tenantService.start(
      {
        rpcAddress: anyPort,
        database: { url: database.urls.tenant, poolMax: 5 },
        natsUrl,
      },
      opened.use(testPlatform('tenant', { clock })),
    ),
  );
  const config: AuthConfig = {
    rpcAddress: anyPort,
    envoy: { address: anyPort, transport: 'unary-grpc' as const },
    database: { url: database.urls.auth, poolMax: 5 },
    natsUrl,
    tenantUrl: `http://${tenant.addresses.rpc}`,
    // Nobody listens there: what needs Billing must do without.
    billingUrl: 'http://127.0.0.1:9',
    encryptionKey: secret(randomBytes(32).toString('base64')),
    operator: { email: '', password: secret('') },
    loginsPerMinute: 1_000,
    passwordHashesAtOnce: 2,
    // Longer than any test: what arrives in time came by an event.
    refreshIntervalMs: 300_000,
    ...options.config,
  };

  /** One process of Auth; several may share the database. */
  async function startInstance(changes: Partial<AuthConfig> = {}) {
    await using own = new AsyncDisposableStack();
    const platform = own.use(testPlatform('auth', { clock }));
    const service = own.use(await auth.start({ ...config, ...changes }, platform));
    const check = own.use(checkClient(service.addresses.envoy ?? ''));
    const stack = own.move();
    return {
      address: service.addresses.rpc ?? '',
      check,
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  }

  const { address, check } = opened.use(await startInstance());
  const anonymous = rpcClient(AuthService, { address });
  const tenantAddress = tenant.addresses.rpc ?? '';

  function as(claims: PrincipalClaims) {
    return rpcClient(AuthService, { address, token: principalToken(claims, clock) });
  }

  let people = 0;
  /** A new user that owns a new tenant, with clients that carry what the gateway would send. */
  async function signUp(changes: { organizationName?: string; invitationToken?: string } = {}) {
    people += 1;
    const email = `person-${people}@example.com`;
    const password = `password of person ${people}`;
    const organizationName = changes.invitationToken ? '' : `Sample ${people}`;
    const answer = await anonymous.signUp({ email, password, organizationName, ...changes });
    const person: Person = { ...answer, email, password, tenantId: answer.tenantId as TenantId };
    const token = internalTokenOf(person.accessToken);
    return {
      ...person,
      auth: rpcClient(AuthService, { address, token }),
      tenants: rpcClient(TenantService, { address: tenantAddress, token }),
    };
  }

  /** The internal token that the gateway would send along for an access token. */
  async function internalTokenOf(accessToken: string): Promise<string> {
    const answer = await check({ authorization: `Bearer ${accessToken}` }, { class: 'api' });
    return answer.headers['x-tollgate-token'] ?? 'none';
  }

  const stack = opened.move();
  return {
    database,
    nats,
    address,
    tenantAddress,
    anonymous,
    check,
    as,
    signUp,
    startInstance,
    internalTokenOf,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The public reason with which a call fails; `answered` when it does not. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
}
