import type { Client } from '@connectrpc/connect';
import { isId, type TenantId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import {
  type StartOptions,
  startForTest,
  type TestPlace,
  type TestService,
} from '@tollgate/testkit';
import { type CheckClient, checkClient } from './check-client.ts';

/** A user of a test, with the tenant it owns. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly tenantId: TenantId;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Clients that carry what the gateway would send along for the access token. */
  readonly auth: Client<typeof AuthService>;
  readonly tenants: Client<typeof TenantService>;
}

/** A process of Auth, and Envoy's way to ask it. */
interface AuthProcess extends AsyncDisposable {
  readonly service: TestService;
  readonly check: CheckClient;
}

/** Auth beside the Tenant that it asks, and what its tests begin with. */
export interface AuthForTest extends AuthProcess {
  readonly place: TestPlace;
  readonly tenant: TestService;
  readonly anonymous: Client<typeof AuthService>;
  /** One more process over the same data; `settings` over those of the first. */
  startAnother(settings?: Settings): Promise<AuthProcess>;
  /** A new user that owns a new tenant. */
  signUp(): Promise<Person>;
  /** The internal token that the gateway would send along for an access token. */
  internalTokenOf(accessToken: string): Promise<string>;
}

type Settings = Readonly<Record<string, string>>;

const testSettings: Settings = {
  TOLLGATE_LOGIN_LIMIT_PER_MINUTE: '1000',
  // Longer than any test: what arrives in time came by an event.
  TOLLGATE_KEY_REFRESH_INTERVAL_MS: '300000',
};

/** Starts Tenant and Auth. Nobody is where Billing would be: what needs it must do without. */
export async function startAuthForTest({
  settings,
  ...options
}: Omit<StartOptions, 'beside'> = {}): Promise<AuthForTest> {
  await using opened = new AsyncDisposableStack();
  const tenant = opened.use(await startForTest('tenant', options));
  const base = { TOLLGATE_TENANT_URL: tenant.url, ...testSettings, ...settings };
  const startAnother = (changes: Settings = {}) => startProcess(tenant, { ...base, ...changes });
  const { service, check } = opened.use(await startAnother());
  const anonymous = service.client(AuthService);

  async function internalTokenOf(accessToken: string): Promise<string> {
    const answer = await check({ authorization: `Bearer ${accessToken}` }, { class: 'api' });
    return answer.headers['x-tollgate-token'] ?? 'none';
  }

  let people = 0;
  async function signUp(): Promise<Person> {
    people += 1;
    const email = `person-${people}@example.com`;
    const password = `password of person ${people}`;
    const answer = await anonymous.signUp({
      email,
      password,
      organizationName: `Sample ${people}`,
    });
    const { userId, tenantId, accessToken, refreshToken } = answer;
    if (!isId('ten', tenantId)) throw new Error('no tenant');
    const caller = { token: () => internalTokenOf(accessToken) };
    return {
      email,
      password,
      userId,
      tenantId,
      accessToken,
      refreshToken,
      auth: service.client(AuthService, caller),
      tenants: tenant.client(TenantService, caller),
    };
  }

  const everything = opened.move();
  return {
    place: tenant.place,
    tenant,
    service,
    check,
    anonymous,
    startAnother,
    signUp,
    internalTokenOf,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

async function startProcess(beside: TestService, settings: Settings): Promise<AuthProcess> {
  await using opened = new AsyncDisposableStack();
  const service = opened.use(await startForTest('auth', { beside, settings }));
  const check = opened.use(checkClient(service.address('envoy')));
  const everything = opened.move();
  return { service, check, [Symbol.asyncDispose]: () => everything.disposeAsync() };
}
