import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { envoyArguments } from '@tollgate/gateway';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';
import { ensureKubernetesSchemas, ensureTools } from '@tollgate/servers/tools';
import { createSecrets } from '@tollgate/system';
import { kubernetesSecrets } from '../../../kubernetes-secrets.ts';
import { judgeManifests } from '../judge-manifests.ts';
import {
  configMaps,
  type Manifest,
  podTemplates,
  renderFolder,
  unusedFiles,
} from '../kubernetes-files.ts';

/** The first time they are installed, beside whatever else the machine does. */
const schemasTimeoutMs = 300_000;

const { kustomize, kubeconform } = await ensureTools(['kustomize', 'kubeconform']);
const render = (folder: string) => renderFolder(kustomize, checkoutFolder, folder);
const base = await render('deploy/k8s/base');
const development = await render('deploy/k8s/overlays/development');
const { manifests } = development;
const pods = podTemplates(manifests).map(
  (pod) => [`${pod.workload.kind} ${pod.workload.metadata.name}`, pod] as const,
);
const services = manifests.filter(({ kind }) => kind === 'Service');

describe('the schemas of Kubernetes', () => {
  let folders: string[] = [];
  beforeAll(async () => {
    folders = await ensureKubernetesSchemas();
  }, schemasTimeoutMs);

  async function problemsOf(text: string): Promise<string[]> {
    const judged = folders.map((folder) => judgeManifests(kubeconform, folder, text));
    return (await Promise.all(judged)).flat();
  }

  test('allow every manifest, strictly', async () => {
    const secrets = kubernetesSecrets(createSecrets(), {}).map((secret) => JSON.stringify(secret));
    for (const text of [base.text, development.text, secrets.join('\n---\n')]) {
      expect(await problemsOf(text)).toEqual([]);
    }
  });

  test.each([
    ['an unknown kind', 'kind: Deploiment', 'could not find schema'],
    ['an unknown field', 'kind: Service\nspec: { prots: [] }', "additional properties 'prots'"],
    ['a wrong type', 'kind: Service\nspec: { ports: 80 }', 'got number, want'],
    ['a double key', 'kind: Service\nkind: Service', 'already set in map'],
  ])('refuse %s', async (_, text, why) => {
    const problems = await problemsOf(`apiVersion: v1\nmetadata: { name: wrong }\n${text}\n`);
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toContain(why);
  });
});

describe('kustomize', () => {
  test.each([
    ['a field it does not know', 'resourses: []', 'resourses'],
    ['a file that is missing', 'resources: [missing.yaml]', 'missing.yaml'],
    ['an address: nothing is fetched', 'resources: ["https://kustomize.invalid/a.yaml"]', 'proxy'],
  ])('refuses %s', async (_, text, why) => {
    using place = temporaryFolder();
    writeFileSync(join(place.folder, 'kustomization.yaml'), text);
    await expect(renderFolder(kustomize, place.folder, '.')).rejects.toThrow(why);
  });
});

test.each([base, development])('$folder is used whole', ({ folder }) => {
  expect(unusedFiles(checkoutFolder, folder)).toEqual([]);
});

test('the migration can be applied alone, as an upgrade asks for', () => {
  const name = 'app.kubernetes.io/name';
  const chosen = manifests.filter(({ metadata }) => labelsOf(metadata)[name] === 'migrate');
  expect(chosen).toMatchObject([{ kind: 'Job', metadata: { name: 'migrate' } }]);
});

test('the development overlay runs what docker compose runs', () => {
  const read = (path: string) => readFileSync(join(checkoutFolder, 'deploy', path), 'utf8');
  for (const file of ['upstreams.json', 'nats.conf']) {
    expect(read(`k8s/overlays/development/${file}`)).toBe(read(`compose/${file}`));
  }
});

describe.each(pods)('%s', (_, { spec, containers, workload }) => {
  test('runs without root, token and secrets of others', () => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    const own = workload.metadata.name === 'gateway' ? 'metering' : workload.metadata.name;
    const secrets = (spec.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);
    expect(secrets.filter((name) => name !== `tollgate-${own}`)).toEqual([]);
  });

  test.each(containers)('container $name is hardened and has resources', (container) => {
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources?.requests).toMatchObject({ cpu: expect.any(String) });
    expect(container.resources?.limits?.memory).toBeDefined();
  });

  test('is probed while it serves', () => {
    for (const container of workload.kind === 'Job' ? [] : spec.containers) {
      expect(container.readinessProbe).toBeDefined();
    }
  });

  test('refers only to what exists', () => {
    const maps = configMaps(manifests);
    const secretNames = kubernetesSecrets(createSecrets(), {}).map(({ metadata }) => metadata.name);
    const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount');
    const known = new Set([...maps.keys(), ...secretNames]);
    const volumes = spec.volumes ?? [];
    const claims = claimsOf(workload);
    const missing = [
      ...volumes.flatMap(({ secret, configMap }) => secret?.secretName ?? configMap?.name ?? []),
      ...containers.flatMap(({ envFrom = [] }) => envFrom.map((from) => from.configMapRef.name)),
    ].filter((name) => !known.has(name));
    expect(missing).toEqual([]);
    const mountable = new Set([...volumes.map(({ name }) => name), ...claims]);
    const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
    expect(mounts.filter(({ name }) => !mountable.has(name))).toEqual([]);
    const account = spec.serviceAccountName;
    if (account) expect(accounts.map(({ metadata }) => metadata.name)).toContain(account);
    const ports = new Set(containers.flatMap((one) => (one.ports ?? []).map(({ name }) => name)));
    const probed = containers
      .flatMap((one) => [one.startupProbe, one.readinessProbe, one.livenessProbe])
      .flatMap((probe) => probe?.httpGet?.port ?? [])
      .filter((port) => typeof port === 'string');
    expect(probed.filter((port) => !ports.has(port))).toEqual([]);
  });
});

test.each(services)('service $metadata.name finds pods that listen on its ports', (service) => {
  const { selector, ports } = service.spec as {
    selector: Record<string, string>;
    ports: { port: number; targetPort: string }[];
  };
  const selected = pods.filter(([, { labels }]) => matches(selector, labels));
  expect(selected).toHaveLength(1);
  const listening = selected.flatMap(([, pod]) => pod.containers.flatMap((one) => one.ports ?? []));
  const { clusterIP } = service.spec as { clusterIP?: string };
  for (const { port, targetPort } of ports) {
    const found = listening.find(({ name }) => name === targetPort);
    expect(found).toBeDefined();
    // Without an address of its own there is nothing that would translate one port to another.
    if (clusterIP === 'None') expect(found?.containerPort).toBe(port);
  }
});

test('every deployment of the base has a disruption budget and its own account', () => {
  const deployments = base.manifests.filter(({ kind }) => kind === 'Deployment');
  const budgets = base.manifests.filter(({ kind }) => kind === 'PodDisruptionBudget');
  const names = deployments.map(({ metadata }) => metadata.name).toSorted();
  expect(names).toEqual([...serviceNames, 'gateway'].toSorted());
  for (const [, { workload, labels, spec }] of pods) {
    if (!names.includes(workload.metadata.name)) continue;
    expect(spec.serviceAccountName).toBe(workload.metadata.name);
    const guarding = budgets.filter((budget) => {
      const { selector } = budget.spec as { selector: { matchLabels: Record<string, string> } };
      return matches(selector.matchLabels, labels);
    });
    expect(guarding).toHaveLength(1);
  }
});

test('everything is denied that no network policy allows', () => {
  const policies = base.manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  const denies = policies.filter(({ spec }) =>
    isSame(spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  );
  expect(denies).toHaveLength(1);
});

test('Envoy starts with the arguments that its configuration expects', () => {
  const [, gateway] = pods.find(([name]) => name === 'Deployment gateway') ?? [];
  const envoy = gateway?.containers.find(({ name }) => name === 'envoy');
  expect(envoy?.args).toEqual(expect.arrayContaining([...envoyArguments]));
  const rendered = gateway?.containers.find(({ name }) => name === 'envoy-config');
  expect(rendered?.args?.[0]).toBe('scripts/write-envoy-files.ts');
});

test('the namespace admits nothing that is not restricted', () => {
  const namespace = manifests.find(({ kind }) => kind === 'Namespace');
  expect(namespace?.metadata).toMatchObject({
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
  const elsewhere = manifests.filter(
    (one) => one !== namespace && namespaceOf(one) !== namespace?.metadata.name,
  );
  expect(elsewhere).toEqual([]);
});

function labelsOf(metadata: Manifest['metadata']): Readonly<Record<string, string>> {
  return (metadata as { labels?: Record<string, string> }).labels ?? {};
}

function namespaceOf({ metadata }: Manifest): string | undefined {
  return (metadata as { namespace?: string }).namespace;
}

function claimsOf({ spec }: Manifest): string[] {
  const { volumeClaimTemplates = [] } = spec as {
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
  return volumeClaimTemplates.map(({ metadata }) => metadata.name);
}

function matches(selector: Record<string, string>, labels: Readonly<Record<string, string>>) {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
