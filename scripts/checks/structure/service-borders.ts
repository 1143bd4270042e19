import { forbiddenImports, type Rule } from './rule.ts';
import { isForTests, serviceOf } from './tree.ts';

/** Services talk by RPC and events; a test may prepare the database of another one. */
export const serviceBorders: Rule = {
  name: 'service-borders',
  find: (tree) => {
    const inService = tree.modules.filter(({ path }) => serviceOf(path) !== undefined);
    return forbiddenImports(tree, inService, ({ from, to, specifier }) => {
      const other = to === undefined ? undefined : serviceOf(to);
      if (other === undefined || other === serviceOf(from)) return undefined;
      const isMigrations = specifier === `@tollgate/${other}/migrations`;
      if (isMigrations && isForTests(from)) return undefined;
      return `services talk by RPC and events: ${serviceOf(from)} does not import ${other}`;
    });
  },
};
