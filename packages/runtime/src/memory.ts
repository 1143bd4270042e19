/** What a process holds; loads nothing. */
export { collectGarbage } from './memory/collect-garbage.ts';
export { RELEASE_MEMORY } from './memory/release-memory.ts';
