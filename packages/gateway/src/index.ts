export { containerDescriptorsPath, environments, localExample } from './environments.ts';
export { envoyArguments } from './envoy-arguments.ts';
export { renderEnvoyConfig } from './render-envoy-config.ts';
export type { Address, GatewaySettings, Lane, UpstreamSettings } from './settings.ts';
export { transcoderDescriptorsPath } from './transcoder-descriptors-path.ts';
export { validateConfig } from './validate-config.ts';
