import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/runtime/database';
import {
  accepted,
  type Invitation,
  invitationToken,
  invitationTokenHash,
  mayAccept,
  newInvitation,
} from './invitation.ts';

const open: Invitation = newInvitation({
  invitationId: newId('ivt'),
  tenantId: newId('ten'),
  email: 'New@Example.com',
  role: 'viewer',
  createTime: Temporal.Instant.from('2026-03-01T00:00:00Z'),
});
const by = {
  userId: 'usr_a',
  email: 'new@example.com',
  at: Temporal.Instant.from('2026-03-07T23:59:59Z'),
};

describe('mayAccept', () => {
  test('an open invitation is good for its address until it expires', () => {
    expect(mayAccept(open, by)).toBe(true);
    expect(mayAccept(open, { ...by, at: open.expireTime })).toBe(false);
    expect(mayAccept(open, { ...by, email: 'other@example.com' })).toBe(false);
  });

  test('a used invitation answers its user again, even later, and nobody else', () => {
    const used = accepted(open, by);
    expect(used).toEqual({ ...open, acceptedBy: 'usr_a', acceptTime: by.at });
    expect(mayAccept(used, { ...by, at: open.expireTime })).toBe(true);
    expect(mayAccept(used, { ...by, userId: 'usr_b' })).toBe(false);
  });
});

test('only a hash of a token is kept, and every token is another', () => {
  const token = invitationToken(randomBytes);
  expect(token).toMatch(/^tgi_[\w-]{43}$/);
  expect(invitationToken(randomBytes)).not.toBe(token);
  expect(invitationTokenHash(token)).toMatch(/^[0-9a-f]{64}$/);
});
