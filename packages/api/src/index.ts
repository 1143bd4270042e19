export { type Access, accessOf } from './access.ts';
export { isServiceName, perService, type ServiceName, serviceNames } from './service-names.ts';
export { services } from './services.ts';
