import { type Role, roles } from './gen/words.ts';
import { type ServiceName, serviceNames } from './service-names.ts';

/** Who holds a permission, besides the operators, who hold all that is not internal. */
interface Grant {
  readonly roles?: readonly Role[];
  readonly services?: readonly ServiceName[];
  /** An API key without scopes of its own holds it. */
  readonly defaultKeyScope?: true;
}

const everyMember = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;
const administrators = ['owner', 'admin'] as const;
const builders = ['owner', 'admin', 'developer'] as const;
const payers = ['owner', 'billing'] as const;

/**
 * Every permission there is, and who holds it. An RPC names one of them in its proto; API keys carry
 * some of them as scopes. An empty grant is for operators only.
 */
const grants = {
  /** Calls to the protected upstreams; no RPC of ours asks for it, the gateway does. */
  'upstream.invoke': { roles: builders, defaultKeyScope: true },

  'auth.me.read': { roles: everyMember, defaultKeyScope: true },
  'auth.session.end': { roles: everyMember },
  'auth.keys.read': { roles: everyMember },
  'auth.keys.create': { roles: builders },
  'auth.keys.revoke': { roles: builders },
  'auth.internal': { services: ['metering'] },

  'tenant.tenants.create': {},
  'tenant.tenants.list': {},
  'tenant.tenants.read': { roles: everyMember },
  'tenant.tenants.update': { roles: administrators },
  'tenant.members.read': { roles: everyMember },
  'tenant.members.update': { roles: administrators },
  'tenant.members.remove': { roles: administrators },
  'tenant.members.invite': { roles: administrators },
  'tenant.internal': { services: ['auth'] },

  'metering.usage.read': { roles: everyMember, defaultKeyScope: true },
  'metering.limits.read': { roles: everyMember, defaultKeyScope: true },
  'metering.internal': { services: ['billing'] },

  'billing.plans.read': { roles: everyMember, defaultKeyScope: true },
  'billing.plans.create': {},
  'billing.subscriptions.read': { roles: everyMember, defaultKeyScope: true },
  'billing.subscriptions.change': { roles: payers },
  'billing.bill.read': { roles: everyMember, defaultKeyScope: true },
  'billing.internal': { services: ['auth', 'tenant', 'metering'] },

  'notification.endpoints.read': { roles: everyMember },
  'notification.endpoints.create': { roles: builders },
  'notification.endpoints.delete': { roles: builders },
  'notification.deliveries.read': { roles: everyMember },
} as const satisfies Record<string, Grant>;

/** The name of a permission: `<service>.<noun>.<verb>` or `<service>.internal`. */
export type Permission = keyof typeof grants;

// The keys of a constant are known to the compiler, but not to Object.entries.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const entries = Object.entries(grants) as [Permission, Grant][];

/** Every permission there is. */
export const permissions: ReadonlySet<Permission> = new Set(entries.map(([name]) => name));

/** What a user with a role may do in the own tenant; operators: everything that is not internal. */
export const permissionsOfRole: Readonly<Record<Role, ReadonlySet<Permission>>> = byName(
  roles,
  (role) =>
    entries.filter(([name, grant]) =>
      role === 'platform_admin' ? !isInternal(name) : (grant.roles?.includes(role) ?? false),
    ),
);

/** What a service may do, for any tenant. */
export const permissionsOfService: Readonly<Record<ServiceName, ReadonlySet<Permission>>> = byName(
  serviceNames,
  (service) => entries.filter(([, grant]) => grant.services?.includes(service) ?? false),
);

/** Scopes of an API key that names none: calling upstreams, and reading the own usage and bill. */
export const defaultKeyScopes: readonly Permission[] = entries
  .filter(([, grant]) => grant.defaultKeyScope)
  .map(([name]) => name);

/** Whether only services may hold it. */
export function isInternal(permission: string): boolean {
  return permission.endsWith('.internal');
}

/** Whether a text from outside, such as a scope, names a permission. */
export function isPermission(text: string): text is Permission {
  return (permissions as ReadonlySet<string>).has(text);
}

function byName<N extends string>(
  names: readonly N[],
  entriesOf: (name: N) => [Permission, Grant][],
): Record<N, ReadonlySet<Permission>> {
  const sets = names.map((name) => [name, new Set(entriesOf(name).map(([key]) => key))]);
  // Complete, because every name has its entry.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(sets) as Record<N, ReadonlySet<Permission>>;
}
