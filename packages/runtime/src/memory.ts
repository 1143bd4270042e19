/** What a process holds; loads nothing. */
export { collectGarbage } from './memory/collect-garbage.ts';
