export { type Access, accessOf } from './access.ts';
export { PLATFORM_TENANT_ID } from './platform-tenant.ts';
export { services } from './services.ts';
export { transcoderDescriptorsPath } from './transcoder-descriptors-path.ts';
