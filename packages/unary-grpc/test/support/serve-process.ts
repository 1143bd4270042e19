/** A server of the tests as a process of its own, which can be paused. Prints its address. */
import { serve } from './serve.ts';

const server = await serve();
console.log(server.address);
process.once('SIGTERM', () => {
  server.release();
  void server[Symbol.asyncDispose]();
});
