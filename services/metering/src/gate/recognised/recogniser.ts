import { decodeRateLimitRequest } from '../codec/rate-limit-request.ts';
import { readQuestions, type UpstreamQuestion } from '../read-question.ts';
import { createGenerations } from './generations.ts';

/** Whose calls are recognised by the bytes in which Envoy asks for them. */
export interface Recognised<T> {
  /** What was made of the first question in these bytes. */
  readonly known: T;
  /** Where the id of the call stands in the message. */
  readonly idFrom: number;
  readonly idLength: number;
}

/** Entries that say who asks: phase, tenant, environment, key, key_limit, class. They come first. */
const identityEntries = 6;
/** Identities that are known at once, if nothing else is said; each takes about 1.4 kilobytes. */
const identitiesKept = 131_072;

/** Where the identity stands in a message, and its hash. One for all: it is read at once. */
const identity = { from: 0, end: 0, hash: 0 };

/**
 * Envoy asks for one credential with the same bytes each time, but for route, address and id, which
 * come last: what comes before is looked up, and nothing is decoded. Whatever looks otherwise is
 * undefined, and whoever asks must decode it.
 *
 * `make` is asked once for each identity, with the question as it is decoded.
 */
export function createRecogniser<T>(
  make: (question: UpstreamQuestion) => T,
  identitiesMax = identitiesKept,
): (message: Uint8Array) => Recognised<T> | undefined {
  const generations = createGenerations<T>(identitiesMax);
  /** One for all messages: it is read at once. */
  const recognised = { known: undefined as T, idFrom: 0, idLength: 0 };
  return (message) => {
    if (!readIdentity(message) || !readRest(message, identity.end, recognised)) return undefined;
    const { from, end, hash } = identity;
    let known = generations.find(message, from, end, hash);
    if (known === undefined) {
      const question = onlyUpstream(message);
      if (!question) return undefined;
      known = make(question);
      generations.keep(known, message, from, end, hash);
    }
    recognised.known = known;
    return recognised;
  };
}

/** Passes over the identity, and hashes it. False for what does not begin as Envoy's questions do. */
function readIdentity(message: Uint8Array): boolean {
  const { length } = message;
  // The domain "tollgate", one descriptor whose length takes one byte or two, then entries.
  if (length < 32 || message[10] !== 0x12) return false;
  for (let at = 0; at < domain.length; at += 1) if (message[at] !== domain[at]) return false;
  const low = message[11] ?? 0;
  const from = low < 0x80 ? 12 : 13;
  const size = from === 12 ? low : (low & 0x7f) | ((message[12] ?? 0) << 7);
  if (from + size !== length || (message[12] ?? 0) > 0x7f) return false;
  let at = from;
  let sum = 0x811c9dc5;
  for (let entry = 0; entry < identityEntries; entry += 1) {
    const next = at + 2 + (message[at + 1] ?? 0);
    if (message[at] !== 0x0a || (message[at + 1] ?? 0x80) > 0x7f || next > length) return false;
    // Ids differ in their last bytes; all bytes are compared when it is looked up.
    for (let p = Math.max(at, next - 8); p < next; p += 1) {
      sum = Math.imul(sum ^ (message[p] ?? 0), 0x01000193);
    }
    at = next;
  }
  identity.from = from;
  identity.end = at;
  identity.hash = sum ^ (sum >>> 15);
  return true;
}

/** The field that every question begins with. */
const domain = Uint8Array.from([0x0a, 8, ...Buffer.from('tollgate')]);

/** Bytes of an entry before its key's text, and of its value before the value's text. */
const [entryHead, valueHead] = [4, 2];

/**
 * Reads what follows an identity: route, address and id, each at most once, then that the call costs
 * one. False for anything else.
 */
function readRest(
  message: Uint8Array,
  start: number,
  id: { idFrom: number; idLength: number },
): boolean {
  let at = start;
  let hasId = false;
  // What is no ASCII might be no UTF-8, which decoding refuses.
  for (let byte = start; byte < message.length; byte += 1) {
    if ((message[byte] ?? 0) > 0x7f) return false;
  }
  while (message[at] === 0x0a) {
    const next = at + 2 + (message[at + 1] ?? 0);
    const keyLength = message[at + 3] ?? 0;
    const value = at + entryHead + keyLength;
    if ((message[at + 1] ?? 0x80) > 0x7f || message[at + 2] !== 0x0a || message[value] !== 0x12) {
      return false;
    }
    if (isKey(message, at + entryHead, keyLength, rid)) {
      if (hasId) return false;
      hasId = true;
      id.idFrom = value + valueHead;
      id.idLength = message[value + 1] ?? 0;
    } else if (
      !isKey(message, at + entryHead, keyLength, route) &&
      !isKey(message, at + entryHead, keyLength, address)
    ) {
      return false;
    }
    if (value + valueHead + (message[value + 1] ?? 0) !== next) return false;
    at = next;
  }
  return (
    hasId &&
    id.idLength > 0 &&
    at + 4 === message.length &&
    message[at] === 0x1a &&
    message[at + 1] === 2 &&
    message[at + 2] === 8 &&
    message[at + 3] === 1
  );
}

const rid = Buffer.from('rid');
const route = Buffer.from('route');
const address = Buffer.from('masked_remote_address');

function isKey(message: Uint8Array, from: number, length: number, key: Uint8Array): boolean {
  if (length !== key.length) return false;
  for (let at = 0; at < length; at += 1) if (message[from + at] !== key[at]) return false;
  return true;
}

/** The question, if there is one and it is about a counted call. @throws ConnectError as reading does. */
function onlyUpstream(message: Uint8Array): UpstreamQuestion | undefined {
  const questions = readQuestions(decodeRateLimitRequest(message));
  const [only] = questions;
  return questions.length === 1 && only?.kind === 'upstream' ? only : undefined;
}
