import { takeForTeardown } from './teardown-handle.ts';

/** Jest's global teardown: stops what the setup started and removes its folder. */
export default async function globalTeardown(): Promise<void> {
  await takeForTeardown()?.[Symbol.asyncDispose]();
}
