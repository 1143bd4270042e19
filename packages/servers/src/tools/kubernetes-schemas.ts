import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../../bootstrap/state-folder.mjs';
import { installPinned, lockFolder, pinnedFolder } from '../install-pinned.ts';
import { installWheel } from '../install-wheels.ts';
import type { Installers, PinnedProgram } from '../installers.ts';

const pins = join(lockFolder, 'kubernetes');
const wheelSchemas = 'kubernetes_validate/kubernetes-json-schema';
const definitionsFile = '_definitions.json';

/** The oldest minor version that has what the manifests need, and the newest one. */
const versions = ['1.33', '1.37'].map((version) => `v${version}.0-local-strict`);

/** Pinned by this file, too: it says which versions are kept and in which form. */
const schemas: PinnedProgram = {
  name: 'kubernetes',
  title: "Kubernetes' schemas",
  by: 'pip, seconds',
  pins: [join(pins, 'requirements.txt'), import.meta.filename],
  install,
};

/**
 * Kubernetes' own JSON schemas, strict, of its oldest and newest version: installs them into the
 * state folder once, from a pinned wheel, and answers their folders. Throws an Error that names
 * what could not be installed.
 */
export async function ensureKubernetesSchemas({ home = stateFolder() } = {}): Promise<string[]> {
  const folder = pinnedFolder(home, schemas);
  const missing = () => (existsSync(folder) ? [] : [schemas]);
  if (missing().length > 0) {
    await installPinned(missing, {
      home,
      log: console.error,
      what: schemas.title,
      advice: () => `Cannot be installed here: ${schemas.title}.`,
    });
  }
  return versions.map((version) => join(folder, version));
}

/** The wheel holds many versions, of which two are kept. */
async function install(folder: string, { pip }: Installers): Promise<void> {
  const wheel = join(folder, 'wheel');
  await installWheel('kubernetes-validate', wheel, { lockFolder: pins, pip });
  for (const version of versions) {
    renameSync(join(wheel, wheelSchemas, version), join(folder, version));
    makeSelfContained(join(folder, version));
  }
  rmSync(wheel, { recursive: true });
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
