export { isServiceName, type ServiceName, serviceNames } from '@tollgate/api';

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
