import { join } from 'node:path';
import { runOffline } from './run-offline.ts';

/**
 * What kubeconform finds wrong by the schemas of one Kubernetes version, see `ensureKubernetesSchemas`:
 * unknown kinds and fields and double keys, too. Empty: nothing. `text` holds manifests as YAML.
 */
export async function judgeManifests(
  kubeconform: string,
  schemas: string,
  text: string,
): Promise<string[]> {
  const location = join(schemas, '{{.ResourceKind}}{{.KindSuffix}}.json');
  const args = ['-strict', '-output', 'json', '-schema-location', location, '-'];
  const { output, errors } = await runOffline(kubeconform, args, text);
  if (errors !== '') throw new Error(errors);
  const { resources }: Report = JSON.parse(output);
  return resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`).toSorted();
}

interface Report {
  readonly resources: readonly {
    readonly kind: string;
    readonly name: string;
    readonly msg: string;
  }[];
}
