import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { parse, parseAllDocuments } from 'yaml';
import { runOffline } from './run-offline.ts';

/** Any object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

/** What kustomize makes of a folder and of all it brings in. */
export interface Rendered {
  readonly folder: string;
  /** As a cluster would be given it. */
  readonly text: string;
  readonly manifests: readonly Manifest[];
}

/** Renders `folder` (from the root of the checkout). Throws with what kustomize says. */
export async function renderFolder(
  kustomize: string,
  root: string,
  folder: string,
): Promise<Rendered> {
  const { output, errors, code } = await runOffline(kustomize, ['build', join(root, folder)]);
  if (code !== 0) throw new Error(errors);
  // YAML 1.1, as Kubernetes reads it: there `0440` is octal and `no` is false.
  const manifests = parseAllDocuments(output, { version: '1.1' }).map((document) => {
    const [problem] = document.errors;
    if (problem) throw problem;
    return document.toJS() as Manifest;
  });
  return { folder, text: output, manifests };
}

/** Files of a folder that its kustomization does not name, which nobody is given. */
export function unusedFiles(root: string, folder: string): string[] {
  const kustomization: {
    readonly resources: readonly string[];
    readonly configMapGenerator?: readonly { readonly files?: readonly string[] }[];
  } = parse(readFileSync(join(root, folder, 'kustomization.yaml'), 'utf8'));
  const { resources, configMapGenerator = [] } = kustomization;
  const generated = configMapGenerator.flatMap(({ files = [] }) => files);
  const named = new Set(['kustomization.yaml', ...resources, ...generated]);
  return readdirSync(join(root, folder)).filter((file) => !named.has(file));
}

/** All ConfigMaps, those that are generated, too: their values by name, which ends in a digest. */
export function configMaps(
  manifests: readonly Manifest[],
): Map<string, Readonly<Record<string, string>>> {
  return new Map(
    manifests
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ metadata, data }) => [metadata.name, data as Record<string, string>]),
  );
}

interface Reference {
  readonly name: string;
}

interface Probe {
  readonly httpGet?: { readonly port: string | number; readonly path: string };
}

interface PodContainer {
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

interface PodVolume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: Reference;
}

interface PodSpec {
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
