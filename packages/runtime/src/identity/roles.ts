/** Roles a user may have; `platform_admin` exists in the platform tenant only. */
export { isRole, type Role, roles } from '@tollgate/api/words';

/** The five services; the name is also the `kid` of the service's key and its Postgres schema. */
export const serviceNames = ['auth', 'tenant', 'metering', 'billing', 'notification'] as const;

/** Name of a service. */
export type ServiceName = (typeof serviceNames)[number];

/** Whether a text from outside names a service. */
export function isServiceName(text: unknown): text is ServiceName {
  return (serviceNames as readonly unknown[]).includes(text);
}
