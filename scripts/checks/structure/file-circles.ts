import { arrowsOf, type Rule } from './rule.ts';
import { isForTests, type Tree } from './tree.ts';

/** By path, what a file imports; only files that are no tests. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** No file imports itself by way of others; an import of a type is an import. */
export const fileCircles: Rule = {
  name: 'file-circles',
  find: (tree) => {
    const graph = graphOf(tree);
    return knots(graph).map((knot) => {
      const circle = shortestCircle(graph, knot);
      const [path = ''] = circle;
      return { path, what: shownAs(circle, knot), why: 'files of a circle are one file' };
    });
  },
};

function graphOf(tree: Tree): Graph {
  const modules = tree.modules.filter(({ path }) => !isForTests(path));
  const paths = new Set(modules.map(({ path }) => path));
  return new Map(
    modules.map((module) => {
      const targets = arrowsOf(tree, module).map(({ to }) => to ?? '');
      return [module.path, [...new Set(targets)].filter((to) => paths.has(to))];
    }),
  );
}

function shownAs(circle: readonly string[], knot: readonly string[]): string {
  const others = knot.filter((path) => !circle.includes(path));
  const more = others.length === 0 ? '' : ` (in circles with these: ${others.join(', ')})`;
  return `is in a circle: ${[...circle, circle[0]].join(' → ')}${more}`;
}

/** Sets of files of which each leads to each, sorted: Tarjan's strongly connected components. */
function knots(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (path: string): number => {
    const own = order.size;
    order.set(path, own);
    open.push(path);
    let low = own;
    for (const next of graph.get(path) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    if (low === own) found.push(open.splice(open.indexOf(path)).toSorted());
    return low;
  };
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found.filter(([path = '', ...rest]) => {
    return rest.length > 0 || graph.get(path)?.includes(path);
  });
}

/** The shortest way round within a knot, from the first of its files that is in one so short. */
function shortestCircle(graph: Graph, knot: readonly string[]): string[] {
  const ways = knot.map((start) => wayBack(graph, knot, start));
  return ways.reduce((best, way) => (way.length < best.length ? way : best));
}

/** Breadth first: each file of the way leads to the next one, and the last one to the first. */
function wayBack(graph: Graph, knot: readonly string[], start: string): string[] {
  const ways = new Map([[start, [start]]]);
  for (const [path, way] of ways) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return way;
      if (knot.includes(next) && !ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return [...knot];
}
