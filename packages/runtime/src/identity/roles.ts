/** Roles a user may have; `platform_admin` exists in the platform tenant only. */
export const roles = [
  'platform_admin',
  'owner',
  'admin',
  'developer',
  'billing',
  'viewer',
] as const;

/** A user's role in a tenant. */
export type Role = (typeof roles)[number];

/** Whether a text from outside names a role. */
export function isRole(text: unknown): text is Role {
  return (roles as readonly unknown[]).includes(text);
}

/** The five services; the name is also the `kid` of the service's key and its Postgres schema. */
export const serviceNames = ['auth', 'tenant', 'metering', 'billing', 'notification'] as const;

/** Name of a service. */
export type ServiceName = (typeof serviceNames)[number];

/** Whether a text from outside names a service. */
export function isServiceName(text: unknown): text is ServiceName {
  return (serviceNames as readonly unknown[]).includes(text);
}
