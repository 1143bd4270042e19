import { randomBytes } from 'node:crypto';

/** Signs up at a running system and gets a key on a plan that never refuses. */
export async function createBenchCustomer(
  baseUrl: string,
  operator: { email: string; password: string },
): Promise<{ apiKey: string }> {
  const call = caller(baseUrl);
  const email = `bench-${randomBytes(6).toString('hex')}@example.com`;
  const password = randomBytes(12).toString('base64url');
  await call('/v1/auth/signup', { email, password, organization_name: 'Bench' });
  const user = await call('/v1/auth/login', { email, password });
  const boss = await retry(() => call('/v1/auth/login', operator));
  const limits = [
    { limit_id: 'requests-per-minute', kind: 'rate', requests: '1000000000', window: 'minute' },
    { limit_id: 'requests-per-month', kind: 'quota', requests: '1000000000', window: 'month' },
  ];
  const plan_id = `bench-${randomBytes(4).toString('hex')}`;
  await call('/v1/plans', { plan_id, name: 'Bench', limits }, boss['access_token']);
  const token = user['access_token'];
  await retry(() => call('/v1/billing/upgrade', { plan_id }, token));
  const key = await call('/v1/keys', { name: 'bench' }, token);
  return { apiKey: key['secret'] ?? '' };
}

function caller(baseUrl: string) {
  return async (path: string, body: object, token?: string): Promise<Record<string, string>> => {
    const answer = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
}

/** What is made in the background at first start may take a moment. */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
