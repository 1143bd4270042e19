import { beforeAll, describe, expect, test } from '@jest/globals';
import { ensurePrograms } from '@tollgate/servers';
import { environments, localExample } from './environments.ts';
import { renderEnvoyConfig } from './render-envoy-config.ts';
import { apiMethods, templatePattern } from './routes/api-bindings.ts';
import type { GatewaySettings } from './settings.ts';
import { validateConfig } from './validate-config.ts';

const local = localExample(20_000);
const upstreams = local.upstreams.map((upstream) => ({ ...upstream, lane: 'one-call' as const }));
const all: Record<string, GatewaySettings> = {
  local,
  'local, in one call': { ...local, upstreams },
  ...environments,
};

describe('the configuration of every environment', () => {
  let program: { file: string };

  beforeAll(async () => {
    program = (await ensurePrograms(['envoy'])).envoy;
  });

  test.each(Object.keys(all))('is accepted by Envoy: %s', async (name) => {
    const settings = all[name];
    expect(settings && (await validateConfig(program, settings))).toBe('');
  });

  test('is refused by the same check when it is wrong', async () => {
    const listen = { host: 'not an address', port: 8080 };
    const wrong = { ...localExample(20_000), listen };
    expect(await validateConfig(program, wrong)).toContain('not an address');
  });
});

interface Route {
  readonly name: string;
  readonly match: { readonly prefix?: string; readonly headers?: readonly unknown[] };
  readonly direct_response?: { readonly status: number };
  readonly typed_per_filter_config: Readonly<Record<string, Record<string, unknown>>>;
}

/** The routes, found wherever they stand in the rendered text. */
function routesOf(settings: GatewaySettings): Route[] {
  const found: Route[][] = [];
  JSON.parse(JSON.stringify(renderEnvoyConfig(settings)), (key, value: unknown) => {
    if (key === 'routes') found.push(value as Route[]);
    return value;
  });
  return found.flat();
}

describe.each(Object.keys(all))('the routes of %s', (name) => {
  const routes = routesOf(all[name] ?? localExample(20_000));

  const oneCall = routes.filter(
    ({ typed_per_filter_config: filters }) => filters['envoy.filters.http.ext_authz']?.['disabled'],
  );

  test('ask Auth, but for calls to a protected API that bring a key, which a guard stands behind', () => {
    // Each path of an upstream in each of the two headers.
    expect(oneCall.length).toBe(name === 'local, in one call' ? 8 : 0);
    for (const route of oneCall) {
      expect(route).toMatchObject({
        name: expect.stringMatching(/^upstream\./),
        match: { headers: [expect.anything(), expect.anything()] },
        typed_per_filter_config: {
          'envoy.filters.http.rbac': { rbac: { rules: { action: 'ALLOW' } } },
          'envoy.filters.http.ratelimit': { rate_limits: expect.any(Array) },
        },
      });
    }
  });

  test('all others tell Auth what they are, and all ask the limiter', () => {
    for (const { typed_per_filter_config: filters } of routes.filter(
      (it) => !oneCall.includes(it),
    )) {
      expect(filters).toMatchObject({
        'envoy.filters.http.ext_authz': {
          check_settings: {
            context_extensions: {
              class: expect.stringMatching(/^(?:api|upstream)$/),
              access: expect.stringMatching(/^(?:public|credential)$/),
              upstream: expect.any(String),
            },
          },
        },
        'envoy.filters.http.ratelimit': { rate_limits: expect.any(Array) },
      });
    }
  });

  test('end with one that answers 404 to everything', () => {
    expect(routes.at(-1)).toMatchObject({
      match: { prefix: '/' },
      direct_response: { status: 404 },
    });
  });

  test('transcode only what the contract declares, under the route that was authorised', () => {
    const transcoders = routes.flatMap(({ typed_per_filter_config: filters }) => {
      const found = filters['envoy.filters.http.grpc_json_transcoder'];
      return found ? [found] : [];
    });
    expect(transcoders.length).toBeGreaterThan(5);
    for (const transcoder of transcoders) {
      expect(transcoder).toMatchObject({
        match_incoming_request_route: true,
        auto_mapping: false,
        request_validation_options: {
          reject_unknown_method: true,
          reject_unknown_query_parameters: true,
          reject_binding_body_field_collisions: true,
        },
      });
    }
  });
});

test('the gateway has no route to what only services may call', () => {
  const paths = apiMethods().map(({ rpcPath }) => rpcPath);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => /internal/i.test(path))).toEqual([]);
  expect(JSON.stringify(renderEnvoyConfig(localExample(20_000)))).not.toContain('InternalService');
});

test('a template describes one segment per variable, and nothing else', () => {
  const pattern = new RegExp(`^(?:${templatePattern('/v1/a.b/{id}:rotate')})$`);
  expect(pattern.test('/v1/a.b/x:rotate')).toBe(true);
  for (const path of ['/v1/a.b/:rotate', '/v1/a.b/x/y:rotate', '/v1/aXb/x:rotate', '/v1/a.b/x']) {
    expect([path, pattern.test(path)]).toEqual([path, false]);
  }
});

test('impossible settings are named, all at once', () => {
  const upstream = { name: 'Bad Name', prefixes: ['no-slash'], addresses: [] };
  const settings = { ...localExample(20_000), gates: [], upstreams: [upstream] };
  expect(() => renderEnvoyConfig(settings)).toThrow(
    /gates: .*"Bad Name": not a name.*no address.*"no-slash" is not a path/,
  );
});

test.each(['/v1', '/v1/keys', '/api/v1/usage', '/tollgate.auth.v1.AuthService', '/health'])(
  "a protected API cannot take paths of Tollgate's own: %s",
  (prefix) => {
    const upstreams = [{ name: 'own', prefixes: [prefix], addresses: [{ host: 'a', port: 1 }] }];
    expect(() => renderEnvoyConfig({ ...localExample(20_000), upstreams })).toThrow(
      `upstream own: "${prefix}" takes a path of Tollgate's own`,
    );
  },
);
