import { describe, expect, test } from '@jest/globals';
import { permissionsOfRole } from '@tollgate/api';
import { type Role, roles } from '@tollgate/api/words';
import { mayGrant } from './grant.ts';

const as = (role: Role) => ({ role, permissions: permissionsOfRole[role] });

describe('mayGrant', () => {
  test('an operator grants every role', () => {
    for (const role of roles) expect(mayGrant(as('platform_admin'), role)).toBe(true);
  });

  test('an owner makes another owner, and nobody an operator', () => {
    expect(mayGrant(as('owner'), 'owner')).toBe(true);
    expect(mayGrant(as('owner'), 'platform_admin')).toBe(false);
  });

  test('an admin cannot make an owner, not even itself', () => {
    expect(mayGrant(as('admin'), 'owner')).toBe(false);
    expect(mayGrant(as('admin'), 'viewer')).toBe(true);
  });

  test('nobody grants a permission that it does not hold', () => {
    expect(mayGrant({ permissions: new Set(['tenant.members.update']) }, 'viewer')).toBe(false);
    expect(mayGrant(as('viewer'), 'admin')).toBe(false);
  });
});
