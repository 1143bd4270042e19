import { type Arrow, type Finding, forbiddenImports, type Rule } from './rule.ts';
import { isForTests, serviceOf, type Tree } from './tree.ts';

/** Folders of a service that are no subject. */
const NO_SUBJECT = new Set(['migrations']);

/**
 * A service is built in floors: its package.json lists the subjects from top to bottom, and each
 * imports only itself and those below it. The root imports all of them; of the root they import
 * only the errors.
 */
export const subjectFloors: Rule = {
  name: 'subject-floors',
  find: (tree) =>
    [...tree.manifests].flatMap(([folder, manifest]) => {
      if (serviceOf(folder) === undefined) return [];
      const subjects = manifest.tollgate?.subjects;
      if (subjects !== undefined) return ofService({ tree, folder, subjects });
      const why = 'its subjects must be listed, top to bottom: "tollgate": { "subjects": [] }';
      return [{ path: `${folder}/package.json`, what: 'lists no subjects', why }];
    }),
};

interface Service {
  readonly tree: Tree;
  readonly folder: string;
  readonly subjects: readonly string[];
}

function ofService({ tree, folder, subjects }: Service): Finding[] {
  const src = `${folder}/src/`;
  const own = tree.modules.filter(({ path }) => path.startsWith(src));
  const folders = new Set(own.map(({ path }) => subjectIn(src, path)).filter((it) => it !== ''));
  const path = `${folder}/package.json`;
  const unlisted = [...folders].filter((it) => !subjects.includes(it) && !NO_SUBJECT.has(it));
  const missing = subjects.filter((it) => !folders.has(it));
  return [
    ...unlisted.map((it) => {
      return {
        path,
        what: `does not list ${it}`,
        why: `${src}${it} is a subject or belongs to one`,
      };
    }),
    ...missing.map((it) => {
      return { path, what: `lists ${it}`, why: `there is no folder ${src}${it}` };
    }),
    ...forbiddenImports(
      tree,
      own.filter((it) => !isForTests(it.path)),
      (arrow) => whyNot(arrow, { src, subjects }),
    ),
  ];
}

/** The folder under `src`; empty for a file of the root. */
function subjectIn(src: string, path: string): string {
  const inside = path.slice(src.length);
  return inside.includes('/') ? (inside.split('/')[0] ?? '') : '';
}

function whyNot(
  { from, to }: Arrow,
  { src, subjects }: { readonly src: string; readonly subjects: readonly string[] },
): string | undefined {
  if (!to?.startsWith(src)) return undefined;
  const above = subjectIn(src, from);
  const below = subjectIn(src, to);
  if (above === '' || above === below) return undefined;
  if (below === '') {
    return to === `${src}errors.ts` ? undefined : 'of the root, a subject imports only errors.ts';
  }
  if (NO_SUBJECT.has(above)) return `${above} import no subject: what they say must never change`;
  if (NO_SUBJECT.has(below)) return `${below} are the root's`;
  if (subjects.indexOf(above) <= subjects.indexOf(below)) return undefined;
  return `${below} is above ${above}: arrows go down only (${subjects.join(' → ')})`;
}
