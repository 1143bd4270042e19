import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { envoyArguments } from '@tollgate/gateway';
import { checkoutFolder } from '@tollgate/servers';
import { createSecrets } from '@tollgate/system';
import { composeSecretFiles, containerSettings, secretsFolder } from '@tollgate/system/containers';
import { Ajv } from 'ajv';
import { readComposeFile, volumeMounts } from './compose-file.ts';

const compose = readComposeFile(checkoutFolder);
const services = Object.entries(compose.services);
const holders = composeSecretFiles(createSecrets());

function schemaProblems(document: unknown): string[] {
  const manifest = createRequire(import.meta.url).resolve('dclint/package.json');
  const file = join(dirname(manifest), 'schemas/compose.schema.json');
  // Its `$schema` lacks the closing `#` by which Ajv knows the draft.
  const { $schema: _draft, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(schema);
  return validate(document) ? [] : (validate.errors ?? []).map((error) => JSON.stringify(error));
}

test('the compose file is what the Compose Specification allows', () => {
  expect(schemaProblems(compose)).toEqual([]);
});

test('the specification would refuse a misspelt field', () => {
  const misspelt = { ...compose, services: { auth: { image: 'a', enviroment: {} } } };
  expect(schemaProblems(misspelt)).toHaveLength(1);
});

test.each(services)('%s names only files, networks, volumes and services that exist', (_, one) => {
  const ours = [...(one.command ?? []), ...(one.healthcheck?.test ?? [])];
  const named = ours.filter((text) => /^[a-z].*\.m?ts$|^[a-z].*\.mjs$/.test(text));
  const missing = [
    ...named.filter((file) => !existsSync(join(checkoutFolder, file))),
    ...(one.networks ?? []).filter((name) => !(name in compose.networks)),
    ...volumeMounts(one).flatMap(({ volume }) => (volume in compose.volumes ? [] : [volume])),
    ...(one.configs ?? []).flatMap(({ source }) => (source in compose.configs ? [] : [source])),
    ...Object.keys(one.depends_on ?? {}).filter((name) => !(name in compose.services)),
  ];
  expect(missing).toEqual([]);
});

test('every file, network and volume that is declared exists and is used', () => {
  for (const { file } of Object.values(compose.configs)) {
    expect(existsSync(join(checkoutFolder, file))).toBe(true);
  }
  const used = services.flatMap(([, one]) => volumeMounts(one).map(({ volume }) => volume));
  expect(new Set(used)).toEqual(new Set(Object.keys(compose.volumes)));
  const networks = services.flatMap(([, { networks: names = [] }]) => names);
  expect(new Set(networks)).toEqual(new Set(Object.keys(compose.networks)));
});

describe('secrets', () => {
  test('each holder has a volume that is filled at the first start', () => {
    const filled = volumeMounts(compose.services.initialize ?? { image: '' })
      .filter(({ path }) => path.startsWith('/secrets/'))
      .map(({ volume, path }) => [volume, path]);
    const wanted = [...Object.keys(holders), 'installation'].map((holder) => [
      `secrets-${holder}`,
      `/secrets/${holder}`,
    ]);
    expect(new Map(filled as [string, string][])).toEqual(new Map(wanted as [string, string][]));
  });

  test.each(services)('%s sees no secrets but its own', (name, one) => {
    if (name === 'initialize') return;
    const own = name.startsWith('gate-') ? 'metering' : name;
    const seen = volumeMounts(one).filter(({ volume }) => volume.startsWith('secrets-'));
    const wanted = own in holders ? [{ volume: `secrets-${own}`, path: secretsFolder }] : [];
    expect(seen).toEqual(wanted);
  });
});

describe('containment', () => {
  test.each(services)('%s cannot write to its image and has no capabilities', (name, one) => {
    // The image of Postgres prepares its data folder as root.
    if (name === 'postgres') return;
    expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('only Envoy has a published port, and on this machine only', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );
    expect(published).toEqual([['envoy', `127.0.0.1:\${TOLLGATE_PORT:-8080}:8080`]]);
  });

  test('the data servers cannot be reached from the network of Envoy and the protected APIs', () => {
    const onEdge = services.filter(([, { networks = [] }]) => networks.includes('edge'));
    expect(onEdge.map(([name]) => name).toSorted()).toEqual([
      'demo',
      'envoy',
      'messages',
      'widgets',
    ]);
    const outside = Object.keys(compose.networks).filter(
      (name) => !compose.networks[name]?.internal,
    );
    expect(outside.toSorted()).toEqual(['edge', 'out']);
    for (const name of ['postgres', 'redis', 'nats']) {
      expect(compose.services[name]?.networks).toEqual(['data']);
    }
  });
});

test('Envoy starts with the arguments that its configuration expects', () => {
  expect(compose.services.envoy?.command).toEqual(expect.arrayContaining([...envoyArguments]));
});

test('the protected APIs are those of the file beside the compose file', () => {
  const { upstreams } = containerSettings(
    'compose',
    join(checkoutFolder, 'deploy/compose/upstreams.json'),
  );
  expect(upstreams.map(({ name }) => name)).toEqual(['messages', 'widgets']);
});
