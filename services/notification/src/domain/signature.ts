import { createHmac, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const SECRET_PREFIX = 'whsec_';

/** A new signing secret: `whsec_` and 32 random bytes in base64 (Standard Webhooks 1.0). */
export function newEndpointSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * The headers that prove a message (Standard Webhooks 1.0, symmetric): HMAC-SHA256 over
 * `id.timestamp.body`. `id` is the event's and the same on every attempt; the timestamp, in seconds,
 * is the attempt's.
 */
export function signedHeaders(message: {
  id: string;
  body: string;
  at: Temporal.Instant;
  secret: string;
}): Record<string, string> {
  const timestamp = String(Math.floor(message.at.epochMilliseconds / 1_000));
  const key = Buffer.from(message.secret.slice(SECRET_PREFIX.length), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
