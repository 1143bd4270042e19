import { isId, type TenantId } from '@tollgate/api';
import { type Environment, isEnvironment } from '@tollgate/api/words';
import type { Header } from '@tollgate/credentials';
import { malformedInput } from '@tollgate/runtime/errors';
import { idBytesMax } from '../admission/packed-id.ts';
import { type Reservation, readReservation } from '../counters/domain/reservation.ts';

/** May this call pass? */
export type AdmitQuestion = UpstreamQuestion | ApiQuestion;

/** A call to a protected upstream: limited by the plan, counted and billed. */
export interface UpstreamQuestion {
  readonly kind: 'upstream';
  readonly tenantId: TenantId;
  readonly environment: Environment;
  /** `key_…`, or `usr_…` for a call with a user's token. */
  readonly keyId: string;
  /** The key's own limit, if it has one. */
  readonly keyLimit?: { readonly requests: number; readonly seconds: number };
  readonly requestId: string;
}

/** A call to Tollgate's own API: limited, never counted. */
export interface ApiQuestion {
  readonly kind: 'api';
  /** Absent for an anonymous caller, who is known by the address. */
  readonly tenantId?: TenantId;
  readonly environment: Environment;
  /** Masked address of the client; empty when Envoy did not say. */
  readonly address: string;
  readonly requestId: string;
}

/**
 * A call to a protected upstream that comes with its credential, because nobody was asked whose it
 * is: may it pass, or has it failed?
 */
export interface LaneQuestion {
  readonly kind: 'lane';
  readonly asks: 'admit' | 'giveBack';
  readonly credential: Header;
  readonly requestId: string;
}

/** This call has failed: give its charge back. */
export interface GiveBackQuestion {
  readonly kind: 'giveBack';
  readonly tenantId: TenantId;
  readonly requestId: string;
  /** Who made it; not known to Envoys that are configured as before. */
  readonly environment?: Environment;
  readonly keyId?: string;
  readonly reservation?: Reservation;
}

/** What is read of Envoy's `RateLimitRequest`; it fits, and so does what the own codec decodes. */
export interface RateLimitQuestion {
  readonly domain: string;
  readonly descriptors: readonly AskedDescriptor[];
}

/** One question, in Envoy's words. */
export interface AskedDescriptor {
  readonly entries: readonly AskedEntry[];
  /** Absent means 1. */
  readonly hitsAddend?: bigint | undefined;
  /** The hits are to be given back. */
  readonly isNegativeHits?: boolean | undefined;
}

/** One word of a question, such as the tenant. */
export interface AskedEntry {
  readonly key: string;
  readonly value: string;
}

/** What Envoy asks. */
export type Question = AdmitQuestion | LaneQuestion | GiveBackQuestion;

const keyIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const keyLimitPattern = /^(\d{1,13})\/(\d{1,8})$/;

/**
 * Reads Envoy's descriptors: one question each, most often one in all. Nothing is guessed, because a
 * guess could let calls pass uncounted: whatever is missing or strange is an error.
 *
 * @throws ConnectError INVALID_ARGUMENT, on which Envoy refuses the call.
 */
export function readQuestions({ domain, descriptors }: RateLimitQuestion): Question[] {
  if (domain !== 'tollgate') throw malformedInput(`The domain "${domain}" is not known.`);
  if (descriptors.length === 0) throw malformedInput('There is no descriptor.');
  return descriptors.map(({ entries, hitsAddend = 1n, isNegativeHits }) => {
    const values = valuesOf(entries);
    const { phase } = values;
    const credential = credentialOf(values);
    // What a stream-done call carries as hits is the status code, not a cost.
    if (phase === 'giveback') {
      return credential ? readLane(values, credential, 'giveBack') : readGiveBack(values);
    }
    if (phase !== 'admit') throw malformedInput(`The phase "${phase ?? ''}" is not known.`);
    if (hitsAddend !== 1n) throw malformedInput('Calls that cost other than 1 are not known.');
    if (isNegativeHits) throw malformedInput('An admission cannot give hits back.');
    return credential ? readLane(values, credential, 'admit') : readAdmit(values);
  });
}

/** What entries are read for; others are for people who look at Envoy's statistics. */
const noValues = {
  phase: absent(),
  'x-api-key': absent(),
  authorization: absent(),
  tenant: absent(),
  environment: absent(),
  key: absent(),
  key_limit: absent(),
  class: absent(),
  masked_remote_address: absent(),
  rid: absent(),
  reservation: absent(),
};
type Values = Readonly<typeof noValues>;

function absent(): string | undefined {
  return undefined;
}

/** Of entries with the same key the last one counts. */
function valuesOf(entries: readonly AskedEntry[]): Values {
  const values = { ...noValues };
  for (const { key, value } of entries) {
    if (isRead(key)) values[key] = value;
  }
  return values;
}

function isRead(key: string): key is keyof Values {
  return Object.hasOwn(noValues, key);
}

/** The credential of a call that Auth was not asked about. */
function credentialOf({ 'x-api-key': apiKey, authorization }: Values): Header | undefined {
  if (apiKey !== undefined && authorization !== undefined) {
    throw malformedInput('One credential at a time.');
  }
  if (apiKey !== undefined) return { name: 'x-api-key', value: apiKey };
  return authorization === undefined ? undefined : { name: 'authorization', value: authorization };
}

function readLane(values: Values, credential: Header, asks: LaneQuestion['asks']): LaneQuestion {
  // Tollgate's own API needs a token that only Auth signs.
  if (values.class !== 'upstream') throw malformedInput('Only calls to upstreams come so.');
  return { kind: 'lane', asks, credential, requestId: readRequestId(values) };
}

function readAdmit(values: Values): AdmitQuestion {
  const requestId = readRequestId(values);
  const environment = readEnvironment(values);
  const tenant = values.tenant;
  const callClass = values.class;
  if (callClass === 'api') {
    const address = values.masked_remote_address ?? '';
    if (tenant === 'anonymous') return { kind: 'api', environment, address, requestId };
    return { kind: 'api', tenantId: readTenant(values), environment, address, requestId };
  }
  if (callClass !== 'upstream') throw malformedInput(`The class "${callClass}" is not known.`);
  return { ...readChargedKey(values), requestId };
}

/** Who is charged for a call to an upstream: as Envoy tells it, or as the gate itself knows. */
export type ChargedKey = Omit<UpstreamQuestion, 'requestId'>;

/** Reads who is charged for a call to an upstream. @throws ConnectError INVALID_ARGUMENT. */
export function readChargedKey(
  values: Pick<Values, 'tenant' | 'environment' | 'key' | 'key_limit'>,
): ChargedKey {
  const keyId = values.key ?? '';
  if (!keyIdPattern.test(keyId) || keyId === 'none') {
    throw malformedInput('A counted call needs a key.');
  }
  const keyLimit = readKeyLimit(values.key_limit);
  return {
    kind: 'upstream',
    tenantId: readTenant(values),
    environment: readEnvironment(values),
    keyId,
    ...(keyLimit ? { keyLimit } : {}),
  };
}

function readGiveBack(values: Values): GiveBackQuestion {
  const reservation = readReservation(values.reservation ?? '');
  const { environment, key: keyId = '' } = values;
  return {
    kind: 'giveBack',
    tenantId: readTenant(values),
    requestId: readRequestId(values),
    ...(isEnvironment(environment) && keyIdPattern.test(keyId) ? { environment, keyId } : {}),
    ...(reservation ? { reservation } : {}),
  };
}

function readTenant({ tenant }: Pick<Values, 'tenant'>): TenantId {
  if (!isId('ten', tenant)) throw malformedInput(`"${tenant}" is no tenant.`);
  return tenant;
}

function readRequestId(values: Values): string {
  const requestId = values.rid ?? '';
  if (requestId === '' || Buffer.byteLength(requestId) > idBytesMax) {
    throw malformedInput('A call needs an id, or its retry would be charged twice.');
  }
  return requestId;
}

function readEnvironment({ environment }: Pick<Values, 'environment'>): Environment {
  if (isEnvironment(environment)) return environment;
  throw malformedInput(`The environment "${environment}" is not known.`);
}

function readKeyLimit(text = 'none') {
  if (text === 'none') return undefined;
  const [, requests, seconds] = keyLimitPattern.exec(text) ?? [];
  if (!requests || !seconds) throw malformedInput(`"${text}" is no limit of a key.`);
  return { requests: Number(requests), seconds: Number(seconds) };
}
