import { isServiceName } from '@tollgate/api';

export interface SourceFile {
  path: string;
  text: string;
}

/** Module specifiers that a file imports or re-exports, statically or dynamically. */
export function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\('([^']+)'\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const PURE_PACKAGES = new Set(['money', 'periods', 'rating']);

/**
 * Dependencies point inward: `domain` imports only itself, the service's errors and pure packages;
 * pure packages import nothing of ours; a service imports no other one; packages know no service.
 */
export function layerViolations(files: SourceFile[]): string[] {
  return files
    .filter(({ path }) => !/\.test\.ts$|\/test\//.test(path))
    .flatMap(({ path, text }) =>
      importsOf(text).flatMap((specifier) => {
        const why = violationOf(path, specifier);
        return why ? [`${path} imports ${specifier}: ${why}`] : [];
      }),
    );
}

function violationOf(path: string, specifier: string): string | undefined {
  const [area, name] = path.split('/');
  const ours = /^@tollgate\/([a-z]+)/.exec(specifier)?.[1];
  if (/^services\/[a-z]+\/src\/(?:[a-z]+\/)?domain\//.test(path) && !isPure(specifier, ours)) {
    return 'domain is pure: no I/O, no rows, no messages of the API';
  }
  if (area === 'packages' && name && PURE_PACKAGES.has(name) && ours && !PURE_PACKAGES.has(ours)) {
    return 'pure packages depend on nothing of ours';
  }
  if (area === 'packages' && name !== 'testkit' && /services\//.test(specifier)) {
    return 'packages know no service';
  }
  if (area === 'packages' && /\.\.\/scripts\//.test(specifier)) return 'scripts are commands';
  if (area === 'services' && isServiceName(ours)) return 'services talk by RPC and events';
  if (area === 'packages' && name !== 'system' && isServiceName(ours)) {
    return 'packages know no service';
  }
  return undefined;
}

/** What pure code may use: itself, the service's errors, pure packages, and the runtime's types. */
function isPure(specifier: string, ours: string | undefined): boolean {
  if (specifier.startsWith('.')) return !/\/(?:rpc|store|events|delivery|gate)\//.test(specifier);
  return (
    ours === 'runtime' ||
    (ours !== undefined && PURE_PACKAGES.has(ours)) ||
    ['node:crypto', 'node:zlib', 'ipaddr.js'].includes(specifier)
  );
}
