import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePrivateJson } from '@tollgate/system';

/** What `demo.json` holds: a customer to try the product with. */
export interface Demo {
  readonly base_url: string;
  readonly tenant_id: string;
  readonly email: string;
  readonly password: string;
  readonly api_key: string;
}

/**
 * The demo customer: the one in `file` if its key still works, else made through the public API
 * (sign-up, log-in, key) as any customer would, and written to `file` for us alone to read.
 */
export async function ensureDemo(options: {
  file: string;
  baseUrl: string;
  login: { email: string; password: string };
}): Promise<Demo> {
  const { file, baseUrl, login } = options;
  const known = readDemo(file);
  if (known && (await isKeyGood(baseUrl, known.api_key))) {
    const demo = { ...known, base_url: baseUrl };
    if (known.base_url !== baseUrl) writePrivateJson(file, demo);
    return demo;
  }
  const session = (await logIn(baseUrl, login)) ?? (await signUpAndLogIn(baseUrl, login));
  const authorization = `Bearer ${textOf(session, 'access_token')}`;
  const me = await call(baseUrl, 'GET', '/v1/auth/me', { authorization });
  const key = await call(baseUrl, 'POST', '/v1/keys', { authorization, body: { name: 'demo' } });
  const demo: Demo = {
    base_url: baseUrl,
    tenant_id: textOf(me, 'tenant_id'),
    ...login,
    api_key: textOf(key, 'secret'),
  };
  writePrivateJson(file, demo);
  return demo;
}

/** The first calls meet processes that have just begun. */
const TRIES_MAX = 20;

type Json = Record<string, unknown>;

async function signUpAndLogIn(baseUrl: string, login: { email: string; password: string }) {
  const body = { ...login, organization_name: 'Demo' };
  await call(baseUrl, 'POST', '/v1/auth/signup', { body });
  const session = await logIn(baseUrl, login);
  if (!session) throw new Error('The demo customer signed up but cannot log in.');
  return session;
}

/** Undefined when there is no such user, as at the first start. */
async function logIn(baseUrl: string, body: { email: string; password: string }) {
  const { status, json } = await send(baseUrl, 'POST', '/v1/auth/login', { body });
  if (status === 401) return undefined;
  return checked('POST /v1/auth/login', status, json);
}

async function isKeyGood(baseUrl: string, key: string): Promise<boolean> {
  const { status } = await send(baseUrl, 'GET', '/v1/rate-limit', { key });
  return status === 200;
}

interface Content {
  readonly body?: Json;
  readonly authorization?: string;
  readonly key?: string;
}

async function call(baseUrl: string, method: string, path: string, content: Content) {
  const { status, json } = await send(baseUrl, method, path, content);
  return checked(`${method} ${path}`, status, json);
}

/** Sends a request; a 503 is obeyed like by any good client: wait as told, then ask again. */
async function send(baseUrl: string, method: string, path: string, content: Content) {
  const { body, authorization, key } = content;
  const request = {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(authorization && { authorization }),
      ...(key && { 'x-api-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  };
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${baseUrl}${path}`, request);
    const text = await response.text();
    if (response.status !== 503 || tries === TRIES_MAX) {
      return { status: response.status, json: parseJson(text) };
    }
    await sleep(1000 * Number(response.headers.get('retry-after') ?? 1));
  }
}

function checked(what: string, status: number, json: Json): Json {
  if (status === 200) return json;
  throw new Error(`${what} answered ${status}: ${JSON.stringify(json)}`);
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

function textOf(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new Error(`The answer has no ${name}.`);
  return value;
}

function readDemo(file: string): Demo | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
