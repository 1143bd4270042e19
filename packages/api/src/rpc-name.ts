import type { DescMethod } from '@bufbuild/protobuf';

/** `tollgate.auth.v1.AuthService/Login`, as in logs and metrics. */
export function rpcName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}
