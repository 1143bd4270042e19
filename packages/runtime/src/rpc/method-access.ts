import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { permission, public$ } from '@tollgate/api/tollgate/options/v1/options';

/** Who may call an RPC, as its proto says: anybody, or holders of one permission. */
export type MethodAccess =
  | { readonly public: true }
  | { readonly public: false; readonly permission: string };

/** Reads an RPC's declaration. Throws unless it has exactly one of `permission` and `public`. */
export function accessOf(method: DescMethod): MethodAccess {
  const isPublic = hasOption(method, public$) && getOption(method, public$);
  const needed = hasOption(method, permission) ? getOption(method, permission) : '';
  if (isPublic === (needed !== '')) {
    throw new Error(`${rpcName(method)} must declare either a permission or public.`);
  }
  return isPublic ? { public: true } : { public: false, permission: needed };
}

/** `tollgate.auth.v1.AuthService/Login`, as in logs and metrics. */
export function rpcName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}
