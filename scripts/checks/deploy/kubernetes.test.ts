import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { envoyArguments } from '@tollgate/gateway';
import { checkoutFolder } from '@tollgate/servers';
import { createSecrets } from '@tollgate/system';
import { parse } from 'yaml';
import { kubernetesSecrets } from '../../kubernetes-secrets.ts';
import { installSchemas } from './install-schemas.ts';
import { createManifestJudge, type JudgeManifest, type Manifest } from './judge-manifest.ts';
import {
  allManifests,
  generatedConfigMaps,
  kustomizationFields,
  podTemplates,
  readKustomizeFolder,
} from './kubernetes-files.ts';

/** Sidecar containers are stable since the first; the last is the newest that has schemas. */
const schemasTimeoutMs = 300_000;

const base = readKustomizeFolder(checkoutFolder, 'deploy/k8s/base');
const development = readKustomizeFolder(checkoutFolder, 'deploy/k8s/overlays/development');
const manifests = allManifests(development);
const pods = podTemplates(manifests).map(
  (pod) => [`${pod.workload.kind} ${pod.workload.metadata.name}`, pod] as const,
);
const services = manifests.filter(({ kind }) => kind === 'Service');

describe('the schemas of Kubernetes', () => {
  let judges: JudgeManifest[] = [];
  beforeAll(async () => {
    judges = (await installSchemas()).map(createManifestJudge);
  }, schemasTimeoutMs);

  const problemsOf = (manifest: Manifest) => judges.flatMap((judge) => judge(manifest));

  test('allow every manifest, strictly', () => {
    const secrets = kubernetesSecrets(createSecrets(), {});
    const problems = [...manifests, ...(secrets as unknown as Manifest[])].flatMap((manifest) =>
      problemsOf(manifest).map((problem) => `${manifest.metadata.name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test('refuse an unknown kind and an unknown field', () => {
    const metadata = { name: 'wrong' };
    expect(problemsOf({ apiVersion: 'apps/v1', kind: 'Deploiment', metadata })).toHaveLength(2);
    const misspelt = { apiVersion: 'v1', kind: 'Service', metadata, spec: { prots: [] } };
    expect(problemsOf(misspelt)).toHaveLength(2);
  });
});

test.each([base, development])('$folder names all of its files and no others', (one) => {
  const { kustomization, folder } = one;
  const generated = (kustomization.configMapGenerator ?? []).flatMap(({ files = [] }) => files);
  const named = kustomization.resources.filter((name) => !name.startsWith('../'));
  const files = readdirSync(join(checkoutFolder, folder)).toSorted();
  expect(['kustomization.yaml', ...named, ...generated].toSorted()).toEqual(files);
  for (const field of Object.keys(kustomization)) expect(kustomizationFields).toContain(field);
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
    const maps = generatedConfigMaps(development);
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
  const deployments = allManifests(base).filter(({ kind }) => kind === 'Deployment');
  const budgets = allManifests(base).filter(({ kind }) => kind === 'PodDisruptionBudget');
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
  const policies = allManifests(base).filter(({ kind }) => kind === 'NetworkPolicy');
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
  const text = readFileSync(join(checkoutFolder, 'deploy/k8s/base/kustomization.yaml'), 'utf8');
  expect(parse(text).namespace).toBe(namespace?.metadata.name);
});

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
