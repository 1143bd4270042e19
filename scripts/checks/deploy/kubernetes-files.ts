import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from './judge-manifest.ts';

/** As much of a kustomization as we use: a field that is not here is refused. */
export interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly behavior?: 'create' | 'replace';
    readonly literals?: readonly string[];
    readonly files?: readonly string[];
  }[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
}

/** The fields that the checks understand; kustomize knows more. */
export const kustomizationFields: readonly string[] = [
  'apiVersion',
  'kind',
  'namespace',
  'labels',
  'resources',
  'configMapGenerator',
  'images',
  'replicas',
];

/** A folder with a kustomization and everything that it brings in, bases first. */
export interface KustomizeFolder {
  readonly folder: string;
  readonly kustomization: Kustomization;
  readonly bases: readonly KustomizeFolder[];
  /** Of this folder alone, by file. */
  readonly manifests: readonly { readonly file: string; readonly manifest: Manifest }[];
}

/** Reads `folder` (from the root of the checkout) as kustomize would. */
export function readKustomizeFolder(root: string, folder: string): KustomizeFolder {
  const read = (file: string): string => readFileSync(join(root, folder, file), 'utf8');
  const kustomization: Kustomization = parse(read('kustomization.yaml'));
  const files = kustomization.resources.filter((name) => name.endsWith('.yaml'));
  const bases = kustomization.resources.filter((name) => !name.endsWith('.yaml'));
  return {
    folder,
    kustomization,
    bases: bases.map((base) => readKustomizeFolder(root, normalize(join(folder, base)))),
    manifests: files.flatMap((file) =>
      // YAML 1.1, as Kubernetes reads it: there `0440` is octal and `no` is false.
      parseAllDocuments(read(file), { version: '1.1' }).map((document) => {
        const [problem] = document.errors;
        if (problem) throw problem;
        return { file: join(folder, file), manifest: document.toJS() };
      }),
    ),
  };
}

/** All manifests of a folder and of its bases. */
export function allManifests({ bases, manifests }: KustomizeFolder): Manifest[] {
  return [...bases.flatMap(allManifests), ...manifests.map(({ manifest }) => manifest)];
}

/** The ConfigMaps that it generates, bases included: values by key, for a file its name. */
export function generatedConfigMaps(
  folder: KustomizeFolder,
): Map<string, Readonly<Record<string, string>>> {
  const maps = new Map(folder.bases.flatMap((base) => [...generatedConfigMaps(base)]));
  for (const { name, literals = [], files = [] } of folder.kustomization.configMapGenerator ?? []) {
    const values = literals.map((literal) => {
      const [key = '', ...rest] = literal.split('=');
      return [key, rest.join('=')];
    });
    maps.set(name, Object.fromEntries([...values, ...files.map((file) => [file, file])]));
  }
  return maps;
}

interface Reference {
  readonly name: string;
}

export interface Probe {
  readonly httpGet?: { readonly port: string | number; readonly path: string };
}

export interface PodContainer {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom?: readonly { readonly configMapRef: Reference }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly restartPolicy?: string;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly resources?: { readonly requests?: object; readonly limits?: { memory?: string } };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface PodVolume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: Reference;
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly initContainers?: readonly PodContainer[];
  readonly containers: readonly PodContainer[];
  readonly volumes?: readonly PodVolume[];
}

/** A pod as a Deployment, StatefulSet or Job describes it. */
export interface PodTemplate {
  readonly workload: Manifest;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly containers: readonly PodContainer[];
}

export function podTemplates(manifests: readonly Manifest[]): PodTemplate[] {
  return manifests.flatMap((workload) => {
    const { template } = (workload.spec ?? {}) as {
      template?: { metadata: { labels: Record<string, string> }; spec: PodSpec };
    };
    if (!template) return [];
    const { metadata, spec } = template;
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    return [{ workload, labels: metadata.labels, spec, containers }];
  });
}
