import { existsSync, globSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder } from '@tollgate/servers';

/** By the path of a program in the checkout, the file of the bundle that is this program. */
export type ServiceBundle = ReadonlyMap<string, string>;

/** When a file was changed last, and its bytes: another stamp is another file. */
export type Stamp = readonly [changedMs: number, bytes: number];

/** What a bundle was made from, by absolute path. */
export type Inputs = Readonly<Record<string, Stamp>>;

interface Manifest {
  readonly checkout: string;
  /** Its version. */
  readonly node: string;
  readonly inputs: Inputs;
  /** All that it consists of, in its folder. */
  readonly files: readonly string[];
  /** One of them by the path of a program in the checkout. */
  readonly programs: Readonly<Record<string, string>>;
}

const manifestName = 'manifest.json';

/** The bundle in a folder; undefined when there is none, or not of what is in the checkout now. */
export function readFreshBundle(folder: string): ServiceBundle | undefined {
  const manifest = readManifest(folder);
  if (manifest?.checkout !== checkoutFolder || manifest.node !== process.version) return undefined;
  const isAsThen = ([path, then]: [string, Stamp]) => `${stampOf(path)}` === `${then}`;
  if (!Object.entries(manifest.inputs).every(isAsThen)) return undefined;
  if (!manifest.files.every((file) => existsSync(join(folder, file)))) return undefined;
  const programs = Object.entries(manifest.programs);
  return new Map(programs.map(([main, file]) => [main, join(folder, file)]));
}

/** Of a file that is gone: one that no file has. */
export function stampOf(path: string): Stamp {
  const { mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1 };
  return [mtimeMs, size];
}

/** What says where a package's name leads, which programs there are, and how they are bundled. */
export function inputsBesideSources(): string[] {
  const found = globSync(
    [
      'package-lock.json',
      'tsconfig.json',
      '{packages,services}/*/package.json',
      'packages/system/src/{process-kinds,bundle/*}.ts',
    ],
    { cwd: checkoutFolder },
  );
  return found.map((path) => join(checkoutFolder, path));
}

/** Makes a complete bundle the one of its folder; what it does not say is as it is here and now. */
export function writeManifest(
  folder: string,
  bundle: Pick<Manifest, 'inputs' | 'files' | 'programs'> & Partial<Manifest>,
): void {
  const manifest: Manifest = { checkout: checkoutFolder, node: process.version, ...bundle };
  writeWhole(join(folder, manifestName), JSON.stringify(manifest));
}

/** Writes a file whole or not at all: somebody may be reading it. */
export function writeWhole(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, file);
}

/** What the folder holds now; undefined for nothing, and for what cannot be read. */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, manifestName);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
