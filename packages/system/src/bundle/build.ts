import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkoutFolder } from '@tollgate/servers';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { processKinds } from '../process-kinds.ts';
import {
  type Inputs,
  inputsBesideSources,
  readManifest,
  stampOf,
  writeManifest,
  writeWhole,
} from './manifest.ts';

// Bundles the services into the folder that is its argument. A file's name tells its content, so
// that what runs on an earlier bundle finds its files as they were; a day after another bundle took
// its place they go.
const dayMs = 86_400_000;
const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Say which folder the bundle is for.');
mkdirSync(folder, { recursive: true });
// The services' user must be able to read it.
process.umask(0o022);
chmodSync(folder, 0o755);

const inputs: Record<string, Inputs[string]> = {};
for (const path of inputsBesideSources()) inputs[path] = stampOf(path);
const chunks = await bundle(inputs);
for (const { fileName, code } of chunks) {
  const file = join(folder, fileName);
  if (!existsSync(file)) writeWhole(file, code);
}
const programs = chunks.flatMap(({ fileName, isEntry, facadeModuleId }) =>
  isEntry && facadeModuleId ? [[relative(checkoutFolder, facadeModuleId), fileName] as const] : [],
);
const files = chunks.map(({ fileName }) => fileName);
const before = readManifest(folder)?.files ?? [];
const now = new Date();
for (const file of [...before, ...files].map((name) => join(folder, name))) {
  if (existsSync(file)) utimesSync(file, now, now);
}
writeManifest(folder, { inputs, files, programs: Object.fromEntries(programs) });
removeEarlier(folder, new Set(files));

async function bundle(inputsRead: Record<string, Inputs[string]>): Promise<OutputChunk[]> {
  const mains = processKinds.map(({ name, main }) => [name, join(checkoutFolder, main)] as const);
  await using made = await rolldown({
    input: Object.fromEntries(mains),
    platform: 'node',
    external: ['pg-native'], // optional, and not installed
    plugins: [noteInputs(inputsRead), standWhereTheyStood()],
  });
  const { output } = await made.generate({
    entryFileNames: '[name]-[hash].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    keepNames: true, // entities and errors are known by the names of their classes
  });
  return output.filter((file) => file.type === 'chunk');
}

/** Before a file is read: a change while it is read makes the bundle a stale one. */
function noteInputs(inputsRead: Record<string, Inputs[string]>): Plugin {
  return {
    name: 'note inputs',
    load(path) {
      if (!path.startsWith('\0')) inputsRead[path] = stampOf(path);
    },
  };
}

/** A module that looks for a file beside itself looks where its source is. */
function standWhereTheyStood(): Plugin {
  const place = /\bimport\.meta\.(url|dirname|filename)\b|\b__(dirname|filename)\b/g;
  return {
    name: 'stand where they stood',
    transform: {
      filter: { code: place },
      handler(code, path) {
        const places = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
        return code.replace(place, (_, ofModule, ofScript) =>
          JSON.stringify(places[(ofModule ?? ofScript) as keyof typeof places]),
        );
      },
    },
  };
}

function removeEarlier(from: string, kept: ReadonlySet<string>): void {
  for (const name of readdirSync(from).filter((file) => file.endsWith('.mjs') && !kept.has(file))) {
    const path = join(from, name);
    if (Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path);
  }
}
