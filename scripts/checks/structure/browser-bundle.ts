import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Plugin, rolldown } from 'rolldown';

/** What a browser would load of a package. */
export interface BrowserBundle {
  /** The minified program: one script that leaves the doors' exports in the global `bundle`. */
  readonly code: string;
  readonly minifiedBytes: number;
  readonly gzipBytes: number;
  /** Built-in modules of Node that something in it imports, as `node:url by packages/…`. */
  readonly builtIn: readonly string[];
  /** Libraries behind it, by name. */
  readonly libraries: readonly string[];
}

const BUILT_IN = new Set(builtinModules);
const ENTRY = '\0doors';

/**
 * The files behind a package's `exports`, by absolute path; those of a pattern (`./*`) one by one.
 * Files that are no scripts are left out.
 */
export function doorsOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  return Object.values(manifest.exports)
    .filter((target) => target.endsWith('.ts'))
    .flatMap((target) => {
      if (!target.includes('*')) return [join(folder, target)];
      const pattern = target.replace('*', '**/*');
      return globSync(pattern, { cwd: folder }).map((path) => join(folder, path));
    })
    .filter((path) => existsSync(path))
    .toSorted();
}

/** Bundles all exports of these files for a browser; nothing of them is shaken off. */
export async function bundleForBrowser(
  root: string,
  doors: readonly string[],
): Promise<BrowserBundle> {
  const builtIn = new Set<string>();
  const files = new Set<string>();
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'browser',
    plugins: [entryOf(doors), watch({ root, builtIn, files })],
    // What cannot be resolved is in the answer.
    logLevel: 'silent',
  });
  try {
    const { output } = await bundle.generate({
      format: 'iife',
      name: 'bundle',
      minify: true,
      // Its default is a pattern, which is refused when Jest's realm made it.
      sourcemapIgnoreList: false,
    });
    const code = output.map((it) => (it.type === 'chunk' ? it.code : '')).join('');
    const libraries = [...files].map((file) => libraryOf(file)).filter((it) => it !== undefined);
    return {
      code,
      minifiedBytes: Buffer.byteLength(code),
      gzipBytes: gzipSync(code, { level: 9 }).length,
      builtIn: [...builtIn].toSorted(),
      libraries: [...new Set(libraries)].toSorted(),
    };
  } finally {
    await bundle.close();
  }
}

function entryOf(doors: readonly string[]): Plugin {
  const lines = doors.map((door, at) => `export * as door${at} from ${JSON.stringify(door)};`);
  return {
    name: 'doors',
    resolveId: (id) => (id === ENTRY ? id : undefined),
    load: (id) => (id === ENTRY ? lines.join('\n') : undefined),
  };
}

/** Writes down what is asked for, before anything of it is left out. */
function watch(seen: {
  readonly root: string;
  readonly builtIn: Set<string>;
  readonly files: Set<string>;
}): Plugin {
  return {
    name: 'watch',
    resolveId(id, importer) {
      if (!id.startsWith('node:') && !BUILT_IN.has(id)) return undefined;
      seen.builtIn.add(`${id} by ${relative(seen.root, importer ?? seen.root)}`);
      return { id, external: true };
    },
    moduleParsed: ({ id }) => void seen.files.add(id),
  };
}

/** `@bufbuild/protobuf` of a file in node_modules. */
function libraryOf(file: string): string | undefined {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}
