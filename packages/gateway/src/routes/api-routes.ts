import { serviceCluster } from '../clusters.ts';
import { any, type ConfigObject, milliseconds } from '../config-object.ts';
import { routeRateLimits } from '../rate-limits.ts';
import type { CompleteSettings } from '../settings.ts';
import { type ApiMethod, apiMethods, templatePattern } from './api-bindings.ts';
import { checkedAs, unsentRetry } from './route-parts.ts';

const requestBodyBytesMax = 1_048_576;
const responseBodyBytesMax = 4_194_304;

/**
 * The routes of Tollgate's own API, from the contract: for each proto service and access one route
 * for the RPCs, and one for each HTTP method of their JSON calls. Each matches exactly the paths of
 * its RPCs; everything else falls to the last route of all, which answers 404.
 */
export function apiRoutes(settings: CompleteSettings): ConfigObject[] {
  const groups = Map.groupBy(apiMethods(), ({ typeName, access }) => `${typeName} ${access}`);
  return [...groups.values()].flatMap((methods) => {
    const [first] = methods;
    if (!first) return [];
    const group = { ...first, settings };
    return [
      rpcRoute(group, methods),
      ...overriddenPathRoutes(group, methods),
      ...jsonRoutes(group, methods),
    ];
  });
}

interface RouteGroup extends Pick<ApiMethod, 'service' | 'typeName' | 'access'> {
  readonly settings: CompleteSettings;
}

/** gRPC, gRPC-Web and Connect, which the services speak themselves. */
function rpcRoute(group: RouteGroup, methods: readonly ApiMethod[]): ConfigObject {
  const paths = methods.map(({ rpcPath }) => templatePattern(rpcPath));
  return {
    name: `${group.service}.rpc.${group.access}`,
    match: { safe_regex: { regex: paths.join('|') } },
    ...answeredBy(group),
    typed_per_filter_config: decidedAs(group),
  };
}

function jsonRoutes(group: RouteGroup, methods: readonly ApiMethod[]): ConfigObject[] {
  const bindings = methods.flatMap((method) => method.bindings);
  const byMethod = Map.groupBy(bindings, ({ method }) => method);
  return [...byMethod].map(([method, calls]) => ({
    name: `${group.service}.json.${group.access}.${method.toLowerCase()}`,
    match: {
      safe_regex: { regex: calls.map(({ template }) => templatePattern(template)).join('|') },
      headers: [{ name: ':method', string_match: { exact: method } }],
    },
    ...answeredBy(group),
    typed_per_filter_config: {
      ...decidedAs(group),
      'envoy.filters.http.grpc_json_transcoder': transcoder(group),
    },
  }));
}

/**
 * A query parameter named like a variable of the path would override it, so that the path says one
 * thing and the call does another: such a request is refused.
 */
function overriddenPathRoutes(group: RouteGroup, methods: readonly ApiMethod[]): ConfigObject[] {
  const templates = methods.flatMap(({ bindings }) => bindings.map(({ template }) => template));
  const pairs = templates.flatMap((template) =>
    variablesOf(template).map((variable) => ({ template, variable })),
  );
  const byVariable = Map.groupBy(pairs, ({ variable }) => variable);
  return [...byVariable].flatMap(([variable, found]) =>
    [variable, camelCase(variable)].map((name) => ({
      name: `${group.service}.json.overridden-path`,
      match: {
        safe_regex: { regex: found.map(({ template }) => templatePattern(template)).join('|') },
        headers: [{ name: ':path', string_match: { safe_regex: { regex: queryNaming(name) } } }],
      },
      direct_response: { status: 400, body: { inline_string: `${name} is part of the path` } },
      typed_per_filter_config: decidedAs(group),
    })),
  );
}

/**
 * The paths whose query has the parameter `name`. The transcoder decodes names before it compares
 * them, so each character also stands for its `%xx`; Envoy's own matcher of parameters does not.
 */
function queryNaming(name: string): string {
  const characters = Array.from(name, (character) => {
    const hex = character.charCodeAt(0).toString(16);
    const digits = Array.from(hex, (digit) => `[${digit}${digit.toUpperCase()}]`).join('');
    return `(?:${character}|%${digits})`;
  });
  return `[^?]*\\?(?:.*&)?${characters.join('')}(?:[=&].*)?`;
}

function variablesOf(template: string): string[] {
  return Array.from(template.matchAll(/\{([a-z_]+)\}/g), ([, name]) => name ?? '');
}

/** The JSON name of a proto field. */
function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function answeredBy({ service, settings }: RouteGroup): ConfigObject {
  return {
    route: {
      cluster: serviceCluster(service),
      timeout: milliseconds(settings.apiTimeoutMs),
      retry_policy: unsentRetry,
    },
  };
}

function decidedAs({ service, access }: RouteGroup): ConfigObject {
  return {
    'envoy.filters.http.ext_authz': checkedAs({ class: 'api', access, upstream: service }),
    'envoy.filters.http.ratelimit': routeRateLimits({ class: 'api', name: service }),
  };
}

/**
 * JSON in and out of one proto service. The route that authorised the call also answers it
 * (`match_incoming_request_route`), and nothing is transcoded that the contract does not declare.
 */
function transcoder({ typeName, settings }: RouteGroup): ConfigObject {
  return any('envoy.extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder', {
    proto_descriptor: settings.descriptorsPath,
    services: [typeName],
    match_incoming_request_route: true,
    auto_mapping: false,
    convert_grpc_status: true,
    print_options: { preserve_proto_field_names: true, always_print_primitive_fields: true },
    request_validation_options: {
      reject_unknown_method: true,
      reject_unknown_query_parameters: true,
      reject_binding_body_field_collisions: true,
    },
    max_request_body_size: requestBodyBytesMax,
    max_response_body_size: responseBodyBytesMax,
  });
}
