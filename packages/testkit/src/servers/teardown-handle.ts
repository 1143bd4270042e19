const key = Symbol.for('tollgate.testkit.servers');
const holder = globalThis as { [key]?: AsyncDisposable };

/** Jest may load setup and teardown as separate modules; the global object is what they share. */
export function keepForTeardown(servers: AsyncDisposable): void {
  holder[key] = servers;
}

/** What the setup kept, once. */
export function takeForTeardown(): AsyncDisposable | undefined {
  const servers = holder[key];
  delete holder[key];
  return servers;
}
