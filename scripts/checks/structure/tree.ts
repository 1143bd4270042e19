import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { sourceFiles } from '../source-files.ts';
import { type Module, parseModule } from './module.ts';

/** What the rules read of a workspace's package.json. */
interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly tollgate?: {
    /** A service's subjects, top to bottom: each may import those after it. */
    readonly subjects?: readonly string[];
  };
}

/** The sources of the repository, each parsed once, and where their imports lead. */
export interface Tree {
  readonly modules: readonly Module[];
  /** By folder: `services/billing`. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The path that an import leads to; undefined for built-in modules and libraries. */
  targetOf(from: string, specifier: string): string | undefined;
}

/** Files by path, `/` between folders, as they would be in a repository. */
export type Files = Readonly<Record<string, string>>;

/** The tree of the files that git tracks or would add; generated ones are no part of it. */
export function readTree(root: string): Tree {
  const sources = sourceFiles(root);
  const manifests = [...new Set(sources.map(workspaceOf))]
    .filter((folder) => folder !== undefined)
    .map((folder) => `${folder}/package.json`)
    .filter((path) => existsSync(`${root}/${path}`));
  const paths = [...sources, ...manifests];
  return treeOf(
    Object.fromEntries(paths.map((path) => [path, readFileSync(`${root}/${path}`, 'utf8')])),
  );
}

/** A tree of files that are only thought of. */
export function treeOf(files: Files): Tree {
  const paths = Object.keys(files);
  const isManifest = (path: string) => path.endsWith('/package.json');
  const modules = paths
    .filter((path) => !path.endsWith('.json'))
    .map((path) => parseModule(path, files[path] ?? ''));
  const manifests = new Map(
    paths
      .filter(isManifest)
      .map((path) => [dirname(path), JSON.parse(files[path] ?? '') as Manifest]),
  );
  const folders = new Map([...manifests].map(([folder, { name }]) => [name, folder]));
  const targetOf = (from: string, specifier: string): string | undefined => {
    if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
    const [scope = '', name = ''] = specifier.split('/');
    const folder = folders.get(`${scope}/${name}`);
    if (folder === undefined) return undefined;
    const door = `.${specifier.slice(`${scope}/${name}`.length)}`;
    const file = behindDoor(manifests.get(folder)?.exports ?? {}, door);
    return file === undefined ? folder : normalize(join(folder, file));
  };
  return { modules, manifests, targetOf };
}

/** The file behind `.`, `./errors` or, by `./*`, any other door of a package. */
function behindDoor(exports: Readonly<Record<string, string>>, door: string): string | undefined {
  const direct = exports[door];
  if (direct !== undefined) return direct;
  for (const [pattern, file] of Object.entries(exports)) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !door.startsWith(before) || !door.endsWith(after)) continue;
    return file.replace('*', door.slice(before.length, door.length - after.length));
  }
  return undefined;
}

/** `services/billing` of a path in it; undefined outside of packages and services. */
export function workspaceOf(path: string): string | undefined {
  return /^(?:packages|services)\/[^/]+/.exec(path)?.[0];
}

/** The service of a path: `billing`. */
export function serviceOf(path: string): string | undefined {
  return /^services\/([^/]+)/.exec(path)?.[1];
}

/** Whether a file is there for tests or measurements only; no rule of what runs is for it. */
export function isForTests(path: string): boolean {
  return /\.test\.ts$|(?:^|\/)(?:test|testing|bench)\//.test(path);
}
