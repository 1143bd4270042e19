/** Installing other pinned wheels than the servers' own. */
export { installWheel } from './install-wheels.ts';
export { openPip } from './python.ts';
