import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  containerDescriptorsPath,
  environments,
  type GatewaySettings,
  renderEnvoyConfig,
  transcoderDescriptorsPath,
} from '@tollgate/gateway';
import { readUpstreams } from '../upstreams.ts';

/** An environment whose addresses are fixed: its processes run in containers. */
export type ContainerEnvironment = keyof typeof environments;

/**
 * The gateway's settings in an environment of containers, in front of the APIs that
 * `upstreamsFile` lists in the form of `npm start`'s `upstreams.json`.
 *
 * @throws Error that names every entry that is wrong.
 */
export function containerSettings(
  environment: ContainerEnvironment,
  upstreamsFile: string,
): GatewaySettings {
  return { ...environments[environment], upstreams: readUpstreams(upstreamsFile) };
}

/** Writes what Envoy's container mounts: its configuration and the descriptors of the API. */
export function writeEnvoyFiles(folder: string, settings: GatewaySettings): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(transcoderDescriptorsPath, join(folder, basename(containerDescriptorsPath)));
  const config = JSON.stringify(renderEnvoyConfig(settings));
  writeFileSync(join(folder, 'envoy.json'), config, { mode: 0o644 });
}
