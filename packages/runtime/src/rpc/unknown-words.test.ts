import { create, fromJson } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { expect, test } from '@jest/globals';
import { CreatePlanRequestSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { CreateWebhookEndpointRequestSchema } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { UpdateMemberRequestSchema } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { unknownWords } from './unknown-words.ts';

test('words in messages of a list are judged, all at once, each named with its place', () => {
  const limit = { limit_id: 'a', requests: '1' };
  const plan = fromJson(CreatePlanRequestSchema, {
    limits: [
      { ...limit, kind: 'rate', window: 'fortnight' },
      { ...limit, kind: 'quota', window: 'month' },
      { ...limit, kind: 'Rate', window: 'month' },
    ],
    on_limiter_unavailable: 'shrug',
  });
  expect(unknownWords(reflect(CreatePlanRequestSchema, plan))).toEqual([
    { field: 'limits[0].window', description: 'must be one of second, minute, hour, month' },
    { field: 'limits[2].kind', description: 'must be one of rate, quota' },
    { field: 'on_limiter_unavailable', description: 'must be one of deny, allow' },
  ]);
});

test('an absent word is refused only where one is required, and then the words are named', () => {
  expect(unknownWords(reflect(CreatePlanRequestSchema, create(CreatePlanRequestSchema)))).toEqual(
    [],
  );
  const member = reflect(UpdateMemberRequestSchema, create(UpdateMemberRequestSchema));
  expect(unknownWords(member)).toEqual([
    { field: 'role', description: 'must be one of owner, admin, developer, billing, viewer' },
  ]);
});

test('each item of a list of words is judged; an empty one is no word', () => {
  const asked = fromJson(CreateWebhookEndpointRequestSchema, {
    event_types: ['subscription.changed', '', 'subscription_changed'],
  });
  const description = 'must be one of usage.threshold_reached, subscription.changed';
  expect(unknownWords(reflect(CreateWebhookEndpointRequestSchema, asked))).toEqual([
    { field: 'event_types[1]', description },
    { field: 'event_types[2]', description },
  ]);
});
