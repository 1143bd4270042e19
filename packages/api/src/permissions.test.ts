import type { DescMethod } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';
import { accessOf } from './access.ts';
import { roles } from './gen/words.ts';
import {
  defaultKeyScopes,
  isInternal,
  permissions,
  permissionsOfRole,
  permissionsOfService,
} from './permissions.ts';
import { rpcName } from './rpc-name.ts';
import { serviceNames } from './service-names.ts';
import { services } from './services.ts';

const methods: DescMethod[] = services.flatMap((service) => service.methods);

/** Not asked for by an RPC of ours: the gateway asks for it. */
const beyondRpcs = ['upstream.invoke'];

test.each(methods.map((method) => [rpcName(method), method] as const))(
  '%s declares exactly one of a permission and public, and somebody holds the permission',
  (_name, method) => {
    const access = accessOf(method);
    if (access.kind === 'public') return;
    const everybody = [
      ...roles.map((role) => permissionsOfRole[role]),
      ...serviceNames.map((name) => permissionsOfService[name]),
    ] as ReadonlySet<string>[];
    expect(everybody.some((held) => held.has(access.permission))).toBe(true);
  },
);

test('every permission that is granted is asked for by an RPC or by the gateway', () => {
  const asked = methods.flatMap((method) => {
    const access = accessOf(method);
    return access.kind === 'public' ? [] : [access.permission];
  });
  expect([...permissions].sort()).toEqual([...new Set([...asked, ...beyondRpcs])].sort());
});

test('no user and no key holds an internal permission', () => {
  for (const role of roles) expect([...permissionsOfRole[role]].filter(isInternal)).toEqual([]);
  expect(defaultKeyScopes.filter(isInternal)).toEqual([]);
});

test('a service holds internal permissions only, and never its own', () => {
  for (const name of serviceNames) {
    for (const held of permissionsOfService[name]) {
      expect(isInternal(held)).toBe(true);
      expect(held.startsWith(`${name}.`)).toBe(false);
    }
  }
});

test('every role may do at most what the owner may, and the viewer nothing that changes', () => {
  for (const role of ['admin', 'developer', 'billing', 'viewer'] as const) {
    expect([...permissionsOfRole[role]].filter((it) => !permissionsOfRole.owner.has(it))).toEqual(
      [],
    );
  }
  const changes = [...permissionsOfRole.viewer].filter((it) => !it.endsWith('.read'));
  expect(changes).toEqual(['auth.session.end']);
});

test('an API key without scopes calls upstreams and reads, nothing else', () => {
  expect([...defaultKeyScopes].sort()).toEqual([
    'auth.me.read',
    'billing.bill.read',
    'billing.plans.read',
    'billing.subscriptions.read',
    'metering.limits.read',
    'metering.usage.read',
    'upstream.invoke',
  ]);
});
