import { randomBytes } from 'node:crypto';
import type { TestSystem } from './system.ts';

/** An HTTP answer, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed JSON body; undefined when it is no JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of many shapes
  body: any;
}

interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** Which credential goes along: the API key (default), the user's access token, or none. */
  as?: 'key' | 'user' | 'none';
}

/** A tenant with its owner and an API key, made through the public API alone. */
export interface Customer {
  tenantId: string;
  userId: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  keyId: string;
  apiKey: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

/** One HTTP call, its answer read to the end. */
async function httpCall(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

/** Signs a new organisation up, logs in, creates a key. Fails when any step is refused. */
export async function signUp(system: TestSystem, name = 'Sample organisation'): Promise<Customer> {
  const email = `owner-${randomBytes(6).toString('hex')}@example.com`;
  const password = randomBytes(12).toString('base64url');
  const signedUp = await expectOk(
    call(system, 'POST', '/v1/auth/signup', {
      body: { email, password, organization_name: name },
    }),
  );
  const session = await expectOk(
    call(system, 'POST', '/v1/auth/login', { body: { email, password } }),
  );
  return withKey(system, {
    tenantId: signedUp.body.tenant_id,
    userId: signedUp.body.user_id,
    email,
    password,
    accessToken: session.body.access_token,
    refreshToken: session.body.refresh_token,
  });
}

/** The operator, whom the first start creates in the background. */
export async function operatorOf(system: TestSystem): Promise<Customer> {
  const { email, password } = system.operator;
  await system.eventually(() => system.hasOperator());
  const session = await expectOk(
    call(system, 'POST', '/v1/auth/login', { body: { email, password } }),
  );
  return withKey(system, {
    tenantId: session.body.tenant_id,
    userId: session.body.user_id,
    email,
    password,
    accessToken: session.body.access_token,
    refreshToken: session.body.refresh_token,
  });
}

/** Creates another key for the customer and answers its id and secret. */
export async function createKey(
  customer: Pick<Customer, 'accessToken'>,
  system: TestSystem,
  input: Record<string, unknown> = {},
): Promise<{ keyId: string; apiKey: string }> {
  const created = await expectOk(
    call(system, 'POST', '/v1/keys', {
      body: { name: 'test key', ...input },
      headers: { authorization: `Bearer ${customer.accessToken}` },
    }),
  );
  return { keyId: created.body.key_id, apiKey: created.body.secret };
}

async function withKey(
  system: TestSystem,
  user: Omit<Customer, 'keyId' | 'apiKey' | 'call'>,
): Promise<Customer> {
  const key = await createKey(user, system);
  const customer: Customer = {
    ...user,
    ...key,
    call: (method, path, { as = 'key', headers = {}, ...rest } = {}) =>
      call(system, method, path, {
        ...rest,
        headers: { ...credential(customer, as), ...headers },
      }),
  };
  return customer;
}

function credential(customer: Customer, as: 'key' | 'user' | 'none'): Record<string, string> {
  if (as === 'key') return { 'x-api-key': customer.apiKey };
  if (as === 'user') return { authorization: `Bearer ${customer.accessToken}` };
  return {};
}

/** A JSON call to the gateway. */
export function call(
  system: Pick<TestSystem, 'baseUrl'>,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return httpCall(`${system.baseUrl}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function expectOk(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer;
}

// oxlint-disable-next-line typescript/no-explicit-any -- see Answer
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
