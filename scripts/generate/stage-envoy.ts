import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { envoyAdditions } from './envoy-additions.ts';

/** The files that Tollgate's code uses directly, and Envoy speaks. */
const roots = [
  'envoy/service/accesslog/v3/als.proto',
  'envoy/service/auth/v3/external_auth.proto',
  'envoy/service/ratelimit/v3/rls.proto',
  'google/rpc/error_details.proto',
  'google/rpc/status.proto',
];

/** The folders below the package's `deps/` that are proto roots. */
const importRoots = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'];

/**
 * Fills `target` with the protos that Envoy speaks to Tollgate: the transitive imports of
 * {@link roots} from an npm package, with the newer fields of {@link envoyAdditions}, and the health
 * protocol of gRPC. The folder is a workspace of buf of its own.
 *
 * @throws Error when an import is missing or an addition does not fit any more.
 */
export async function stageEnvoy(target: string): Promise<void> {
  await write(join(target, 'buf.yaml'), 'version: v2\n');
  const staged = new Set<string>();
  const queue = [...roots];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (staged.has(path)) continue;
    staged.add(path);
    const text = applyAdditions(path, await readThirdParty(path));
    await write(join(target, path), text);
    queue.push(...importsOf(text));
  }
  for (const path of Object.keys(envoyAdditions)) {
    if (!staged.has(path)) throw new Error(`an addition names ${path}, which nothing imports`);
  }
  const health = join(target, 'grpc/health/v1/health.proto');
  await mkdir(dirname(health), { recursive: true });
  await copyFile(join(import.meta.dirname, 'health.proto'), health);
}

/** The files `text` imports, without those that every protobuf compiler brings itself. */
function importsOf(text: string): string[] {
  const imports = text.matchAll(/^import\s+(?:public\s+)?"(?<path>[^"]+)";/gm);
  return Array.from(imports, (match) => match.groups?.['path'] ?? '').filter(
    (path) => !path.startsWith('google/protobuf/'),
  );
}

function applyAdditions(path: string, text: string): string {
  return (envoyAdditions[path] ?? []).reduce((edited, { after, add }) => {
    const parts = edited.split(after);
    if (parts.length !== 2) {
      throw new Error(`${path}: "${after.trim()}" stands ${parts.length - 1} times, not once`);
    }
    return `${parts[0]}${after}\n${add}${parts[1]}`;
  }, text);
}

async function readThirdParty(path: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json');
  for (const root of importRoots) {
    try {
      return await readFile(join(dirname(manifest), 'deps', root, path), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${path} is in none of the packages' proto folders`);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
