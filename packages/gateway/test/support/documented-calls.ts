import { apiMethods, type RouteAccess } from '../../src/routes/api-bindings.ts';

/** One call that the contract documents, with its variables filled in. */
export interface DocumentedCall {
  readonly method: string;
  readonly path: string;
  readonly access: RouteAccess;
  /** `/tollgate.auth.v1.AuthService/Login` */
  readonly rpc: string;
  readonly form: 'json' | 'rpc';
}

/**
 * Every call of Tollgate's own API: each JSON binding, also below `/api`, and each RPC path.
 * `value` stands for every variable of a path.
 */
export function documentedCalls(value = 'some-id'): readonly DocumentedCall[] {
  return apiMethods().flatMap(({ rpcPath, access, bindings }) => [
    { method: 'POST', path: rpcPath, access, rpc: rpcPath, form: 'rpc' as const },
    ...bindings.map(({ method, template }) => ({
      method,
      path: template.replace(/\{[a-z_]+\}/g, value),
      access,
      rpc: rpcPath,
      form: 'json' as const,
    })),
  ]);
}
