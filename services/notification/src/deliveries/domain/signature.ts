import { createHmac } from 'node:crypto';
import { signingKeyOf } from '../../endpoints/domain/endpoint-secret.ts';

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
  const signature = createHmac('sha256', signingKeyOf(message.secret))
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
