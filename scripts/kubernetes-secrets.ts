import { createSecrets, type SystemSecrets } from '@tollgate/system';
import { secretFiles } from '@tollgate/system/containers';
import { stringify } from 'yaml';

/** Where the data servers of a cluster are. */
export interface KubernetesServers {
  /**
   * Postgres as a role that may create roles and databases. Left out: the one that the development
   * overlay runs, whose password then is among the secrets.
   */
  readonly databaseAdminUrl?: string | undefined;
  /** Redis or Valkey, with its password if it has one; default: the development overlay's. */
  readonly redisUrl?: string | undefined;
}

/** A Kubernetes Secret. */
export interface SecretManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly type: 'Opaque';
  readonly stringData: Readonly<Record<string, string>>;
}

/** One Secret for each holder, `tollgate-<holder>`: what the manifests in deploy/k8s refer to. */
export function kubernetesSecrets(
  secrets: SystemSecrets,
  { databaseAdminUrl, redisUrl = 'redis://redis:6379/0' }: KubernetesServers,
): SecretManifest[] {
  const password = secrets.databaseAdminPassword;
  const holders = {
    ...secretFiles(secrets, {
      databaseAdminUrl:
        databaseAdminUrl ?? `postgres://postgres:${password}@postgres:5432/postgres`,
      redisUrl,
    }),
    ...(databaseAdminUrl === undefined ? { postgres: { password } } : {}),
  };
  return Object.entries(holders).map(([holder, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `tollgate-${holder}`, namespace: 'tollgate' },
    type: 'Opaque',
    stringData,
  }));
}

/**
 * `node scripts/kubernetes-secrets.ts | kubectl apply -f -` makes new secrets: once for an
 * installation, since data encrypted with the old ones cannot be read with new ones. The addresses
 * come from the environment: arguments can be seen by every user of the machine.
 */
if (import.meta.main) {
  const manifests = kubernetesSecrets(createSecrets(), {
    databaseAdminUrl: process.env.TOLLGATE_DATABASE_ADMIN_URL || undefined,
    redisUrl: process.env.TOLLGATE_REDIS_URL || undefined,
  });
  process.stdout.write(manifests.map((manifest) => stringify(manifest)).join('---\n'));
}
