import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newEndpointSecret } from '../../endpoints/domain/endpoint-secret.ts';
import { signedHeaders } from './signature.ts';

test('the stock library verifies what is signed, and refuses one changed byte', () => {
  const secret = newEndpointSecret(randomBytes);
  const body = '{"type":"usage.threshold_reached","data":{"note":"größer"}}';
  const headers = signedHeaders({ id: 'evt_1', body, at: Temporal.Now.instant(), secret });

  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  expect(() => new Webhook(newEndpointSecret(randomBytes)).verify(body, headers)).toThrow();
});
