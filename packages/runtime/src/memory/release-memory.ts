/**
 * What whoever started a process says to it on Node's channel once nobody waits for it: it may stop
 * for some 100 ms to give memory back.
 */
export const RELEASE_MEMORY = 'release memory';
