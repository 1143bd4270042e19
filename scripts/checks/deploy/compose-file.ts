import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** As much of a compose service as the checks look at. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly user?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
}

/** `docker-compose.yml` with its anchors and merges resolved. */
export function readComposeFile(root: string): ComposeFile {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return parse(text, { merge: true, maxAliasCount: -1 });
}

/** Volume and path of every mount of a named volume. */
export function volumeMounts({ volumes = [] }: ComposeService): { volume: string; path: string }[] {
  return volumes.map((mount) => {
    if (typeof mount !== 'string') return { volume: mount.source, path: mount.target };
    const [volume = '', path = ''] = mount.split(':');
    return { volume, path };
  });
}

/** The value that `${NAME:-default}` has when nothing is set. */
export function withDefaults(value: string): string {
  return value.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}
