export { envoyArguments } from './envoy-arguments.ts';
export { renderEnvoyConfig } from './render-envoy-config.ts';
export type { Address, GatewaySettings, ServiceName, UpstreamSettings } from './settings.ts';
