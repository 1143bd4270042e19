import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { prepareStateFolder, stateFolder, withLock, withProgress } from '@tollgate/servers';
import { installWheel, openPip } from '@tollgate/servers/install';

const lockFolder = import.meta.dirname;
const wheelSchemas = 'kubernetes_validate/kubernetes-json-schema';
const definitionsFile = '_definitions.json';

/** The oldest minor version that has what the manifests need, and the newest one. */
const versions = ['1.33', '1.37'];

/**
 * Kubernetes' own JSON schemas, strict, of its oldest and newest version: installs them into
 * the state folder once, from the wheel that requirements.txt pins, and answers their folders.
 *
 * @throws Error that names what could not be installed.
 */
export async function installSchemas(): Promise<string[]> {
  const root = join(prepareStateFolder(stateFolder()), 'programs');
  const pin = readFileSync(join(lockFolder, 'requirements.txt'), 'utf8') + versions.join();
  const digest = createHash('sha256').update(pin).digest('hex').slice(0, 12);
  const folder = join(root, `kubernetes-kinds-${digest}`);
  const named = (version: string) => `v${version}.0-local-strict`;
  if (!existsSync(folder)) {
    mkdirSync(root, { recursive: true });
    await withLock(join(root, 'lock'), async () => {
      if (existsSync(folder)) return;
      await withProgress("Installing Kubernetes' schemas (pip)", console.error, () =>
        install(root, folder, versions.map(named)),
      );
    });
  }
  return versions.map((version) => join(folder, named(version)));
}

/** Aside, and renamed when complete; the wheel holds many versions, of which these are kept. */
async function install(root: string, folder: string, kept: readonly string[]): Promise<void> {
  const pipFolder = mkdtempSync(join(root, '.pip-'));
  const aside = mkdtempSync(join(root, '.partial-kubernetes-'));
  const ready = join(aside, 'kept');
  try {
    const wheel = join(aside, 'wheel');
    const pip = await openPip(pipFolder);
    await installWheel('kubernetes-validate', wheel, { lockFolder, pip });
    mkdirSync(ready);
    for (const name of kept) {
      renameSync(join(wheel, wheelSchemas, name), join(ready, name));
      makeSelfContained(join(ready, name));
    }
    renameSync(ready, folder);
  } finally {
    for (const path of [pipFolder, aside]) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * The schemas name themselves and each other by addresses at kubernetes.io, from where kubeconform
 * would fetch them, and share one file of all definitions, which it would read for each kind: each
 * kind gets those that it needs instead.
 */
function makeSelfContained(folder: string): void {
  const file = (name: string) => join(folder, name);
  const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'));
  const { $defs: definitions } = read(definitionsFile) as { $defs: Record<string, unknown> };
  for (const name of readdirSync(folder)) {
    const { $id: _, ...schema } = read(name);
    const isKind = name !== definitionsFile && 'x-kubernetes-group-version-kind' in schema;
    if (isKind) writeFileSync(file(name), withDefinitions(schema, definitions));
    else rmSync(file(name));
  }
}

function withDefinitions(schema: object, definitions: Readonly<Record<string, unknown>>): string {
  const needed = new Set<string>();
  const add = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"[^"]*#\/\$defs\/([^"]+)"/g)) {
      if (needed.has(name)) continue;
      needed.add(name);
      add(definitions[name]);
    }
  };
  add(schema);
  const $defs = Object.fromEntries([...needed].map((name) => [name, definitions[name]]));
  return JSON.stringify({ ...schema, $defs }).replaceAll(`"/api/${definitionsFile}#`, '"#');
}
