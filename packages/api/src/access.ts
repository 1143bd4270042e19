import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { permission, public$ } from './gen/tollgate/options/v1/options_pb.ts';

/** Who may call an RPC: anybody, or who holds a permission (`<service>.<noun>.<verb>`). */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'permission'; readonly permission: string };

/**
 * Reads the access that an RPC declares.
 *
 * @throws Error when the RPC declares none or both: such an RPC must never be served.
 */
export function accessOf(method: DescMethod): Access {
  const name = `${method.parent.typeName}/${method.name}`;
  const required = getOption(method, permission);
  const open = getOption(method, public$);
  if (open && required !== '') throw new Error(`${name} is public and has a permission`);
  if (open) return { kind: 'public' };
  if (required === '') throw new Error(`${name} has no permission and is not public`);
  return { kind: 'permission', permission: required };
}
