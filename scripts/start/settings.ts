/** What `npm start` itself reads from the environment; the rest is passed on to the services. */
export interface LaunchSettings {
  /** Envoy's port; default 8080. */
  readonly port: number;
  /** A JSON list of protected APIs; default `upstreams.json` in the state folder. */
  readonly upstreamsFile: string | undefined;
}

/** @throws Error that names the setting that is wrong. */
export function readLaunchSettings(env: NodeJS.ProcessEnv): LaunchSettings {
  const text = env.TOLLGATE_PORT ?? '8080';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(
      `TOLLGATE_PORT is ${JSON.stringify(text)}: a port from 1 to 65535 is expected.`,
    );
  }
  return { port, upstreamsFile: env.TOLLGATE_UPSTREAMS || undefined };
}
