import { forbiddenImports, type Rule } from './rule.ts';
import { isForTests, workspaceOf } from './tree.ts';

/** What a package may import. */
interface Allowed {
  /** Packages of ours. */
  readonly ours: readonly string[];
  /** Other libraries, when only some are allowed. */
  readonly libraries?: readonly string[];
  /**
   * What it may import of the services: their lists of migrations, or also their processes, to be
   * started. By name, so that it is what a service exports.
   */
  readonly ofServices?: 'migrations' | 'processes';
}

/** What any test may import besides: what stands below testkit, to start servers of its own. */
const FOR_ANY_TEST = ['testkit', 'servers'];

/**
 * Which packages each one may import: the arrows of the architecture, one way only. What starts
 * things (scripts, bench, test) may import everything.
 */
export const ARROWS: Readonly<Record<string, Allowed>> = {
  // The contract, for any client.
  api: { ours: [], libraries: ['@bufbuild/protobuf'] },
  // Pure: numbers in, numbers out.
  money: { ours: [], libraries: ['dinero.js'] },
  periods: { ours: [], libraries: [] },
  rating: { ours: ['money', 'periods'], libraries: ['node:crypto'] },
  // The decision path's transport and codecs.
  'unary-grpc': { ours: [] },
  wire: { ours: [], libraries: [] },
  // What services are made of.
  runtime: { ours: ['api', 'unary-grpc'] },
  // Who a credential is: for Auth, and for a gate that decides in one call.
  credentials: { ours: ['api', 'runtime'] },
  // Envoy's configuration.
  gateway: { ours: ['api'] },
  // Starting things.
  servers: { ours: [] },
  system: {
    ours: ['api', 'runtime', 'credentials', 'gateway', 'servers'],
    ofServices: 'migrations',
  },
  testkit: { ours: ['api', 'runtime', 'servers', 'system'], ofServices: 'processes' },
};

/** What a service may import; what belongs to one of them only is its package.json's matter. */
const SERVICE_ARROWS: Allowed = {
  ours: ['api', 'runtime', 'credentials', 'money', 'periods', 'rating', 'wire'],
};

/** Packages depend on each other by the table above, and by name. */
export const packageArrows: Rule = {
  name: 'package-arrows',
  find: (tree) =>
    forbiddenImports(
      tree,
      tree.modules.filter(({ path }) => workspaceOf(path) !== undefined),
      ({ from, to, specifier }) => {
        const own = workspaceOf(from) ?? '';
        if (to === undefined) return isForTests(from) ? undefined : whyNotLibrary(own, specifier);
        if (to === own || to.startsWith(`${own}/`)) return undefined;
        if (specifier.startsWith('.')) return `${own} is left by a path; packages import by name`;
        return whyNot({ own, other: workspaceOf(to) ?? '', specifier, inTest: isForTests(from) });
      },
    ),
};

function whyNotLibrary(own: string, specifier: string): string | undefined {
  const libraries = allowedFor(own)?.libraries;
  const isAllowed = libraries?.some((it) => specifier === it || specifier.startsWith(`${it}/`));
  if (libraries === undefined || isAllowed) return undefined;
  return `${own} has only ${libraries.length === 0 ? 'itself' : libraries.join(', ')} behind it`;
}

function whyNot(arrow: {
  readonly own: string;
  readonly other: string;
  readonly specifier: string;
  readonly inTest: boolean;
}): string | undefined {
  const { own, other, specifier, inTest } = arrow;
  const allowed = allowedFor(own);
  if (!allowed) return `${own} is not in the table of packages (scripts/checks/structure)`;
  const [area, name = ''] = other.split('/');
  if (area === 'services') {
    // Whether one service may import another one is a rule of its own.
    if (own.startsWith('services/')) return undefined;
    if (allowed.ofServices === 'processes') return undefined;
    if (allowed.ofServices && specifier.endsWith('/migrations')) return undefined;
    return 'packages know no service';
  }
  if (allowed.ours.includes(name) || (inTest && FOR_ANY_TEST.includes(name))) return undefined;
  const known = allowed.ours.length === 0 ? 'nothing of ours' : allowed.ours.join(', ');
  return `${own} may import ${known}`;
}

function allowedFor(own: string): Allowed | undefined {
  const [area, name = ''] = own.split('/');
  return area === 'services' ? SERVICE_ARROWS : ARROWS[name];
}
