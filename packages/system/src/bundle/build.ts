import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkoutFolder } from '@tollgate/servers';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { processKinds } from '../process-kinds.ts';
import { type Inputs, packageFiles, stampOf, writeManifest } from './manifest.ts';

// Bundles the services into the folder that is its argument. A file's name tells its content, so
// that what runs on an earlier bundle finds its files as they were; after a day they go.
const dayMs = 86_400_000;
const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Say which folder the bundle is for.');
process.umask(0o022); // the services' user must be able to read it
mkdirSync(folder, { recursive: true });

const inputs: Record<string, Inputs[string]> = {};
for (const path of packageFiles()) inputs[path] = stampOf(path);
const chunks = await bundle(inputs);
for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), code);
const programs = chunks.flatMap(({ fileName, facadeModuleId }) =>
  facadeModuleId ? [[relative(checkoutFolder, facadeModuleId), fileName] as const] : [],
);
writeManifest(folder, { inputs, programs: Object.fromEntries(programs) });
removeEarlier(folder, new Set(chunks.map(({ fileName }) => fileName)));

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
