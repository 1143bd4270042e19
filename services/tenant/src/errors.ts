import { Code } from '@connectrpc/connect';
import { failure, invalidInput } from '@tollgate/runtime/errors';

/** The wanted slug belongs to another tenant; that tenant is joined by invitation only. */
export const tenantSlugTaken = failure('TENANT_SLUG_TAKEN', Code.AlreadyExists, (slug: string) => ({
  message: 'A tenant with this short name exists already; its members can invite you.',
  metadata: { slug },
}));

/** The invitation is unknown, used, expired or for another address. One answer for all four. */
export const invitationInvalid = failure('INVITATION_INVALID', Code.InvalidArgument, () => ({
  message: 'This invitation is not valid, or not valid any more.',
}));

/** The last owner of a tenant can neither leave nor lose the role. */
export const lastOwner = failure('LAST_OWNER', Code.FailedPrecondition, (userId: string) => ({
  message: 'The last owner of a tenant can neither leave nor lose the role.',
  metadata: { user_id: userId },
}));

/** Who grants or takes a role must hold every permission of it. */
export const roleNotHeld = failure('SCOPE_NOT_HELD', Code.PermissionDenied, (role: string) => ({
  message: 'You cannot grant or take a role that may do more than you.',
  metadata: { role },
}));

/** The role is of the other kind of tenant: operators are in the platform, and only they. */
export const roleUnfit = () =>
  invalidInput([{ field: 'role', description: 'is no role that this tenant has' }]);
