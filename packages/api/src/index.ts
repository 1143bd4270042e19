export { type Access, accessOf } from './access.ts';
export type { EventType } from './event-type.ts';
export { services } from './services.ts';
export { transcoderDescriptorsPath } from './transcoder-descriptors-path.ts';
