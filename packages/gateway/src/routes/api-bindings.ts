import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { accessOf, isServiceName, type ServiceName, services } from '@tollgate/api';
import { http } from '@tollgate/api/google/api/annotations';
import type { HttpRule } from '@tollgate/api/google/api/http';

/** Whether a route lets a call through without a credential. */
export type RouteAccess = 'public' | 'credential';

/** An RPC that the gateway offers, with the JSON calls that are the same. */
export interface ApiMethod {
  /** The service, and so the process, that serves it. */
  readonly service: ServiceName;
  /** The proto service's full name, for example `tollgate.auth.v1.AuthService`. */
  readonly typeName: string;
  /** The path of the RPC over gRPC, gRPC-Web and Connect. */
  readonly rpcPath: string;
  readonly access: RouteAccess;
  readonly bindings: readonly JsonBinding[];
}

/** One JSON call: a method and a path template such as `/v1/keys/{key_id}`. */
interface JsonBinding {
  readonly method: string;
  readonly template: string;
}

/** Every RPC that clients may call, from the contract. What only services may call is left out. */
export function apiMethods(): readonly ApiMethod[] {
  return services.flatMap((service) => service.methods.flatMap((method) => apiMethod(method)));
}

function apiMethod(method: DescMethod): ApiMethod[] {
  const access = accessOf(method);
  if (access.kind === 'permission' && access.permission.endsWith('.internal')) return [];
  const rule = hasOption(method, http) ? getOption(method, http) : undefined;
  const rules = rule ? [rule, ...rule.additionalBindings] : [];
  return [
    {
      service: serviceName(method.parent),
      typeName: method.parent.typeName,
      rpcPath: `/${method.parent.typeName}/${method.name}`,
      access: access.kind === 'public' ? 'public' : 'credential',
      bindings: rules.flatMap((each) => bindingsOf(each)),
    },
  ];
}

function serviceName({ typeName }: DescService): ServiceName {
  // tollgate.<service>.v1.…: the rule for proto packages.
  const [, name] = typeName.split('.');
  if (!isServiceName(name)) throw new Error(`${typeName} belongs to no service`);
  return name;
}

/** The binding and, for versioned paths, its alias below `/api`. */
function bindingsOf({ pattern }: HttpRule): JsonBinding[] {
  if (pattern.case === undefined || pattern.case === 'custom') {
    throw new Error('only get, put, post, delete and patch bindings are offered');
  }
  const method = pattern.case.toUpperCase();
  const template = pattern.value;
  const own = { method, template };
  return template.startsWith('/v1/') ? [own, { method, template: `/api${template}` }] : [own];
}

/**
 * The regular expression of exactly the paths that a template describes, for Envoy's full match.
 * A variable is one segment without a colon, because a colon begins a verb (`/v1/keys/{id}:rotate`).
 */
export function templatePattern(template: string): string {
  return template
    .split(/(\{[a-z_]+\})/)
    .map((part) =>
      /^\{[a-z_]+\}$/.test(part) ? '[^/:]+' : part.replace(/[.*+?()[\]{}|^$\\]/g, '\\$&'),
    )
    .join('');
}
