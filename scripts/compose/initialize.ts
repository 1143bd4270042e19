import { initializeVolumes } from '@tollgate/system/containers';

/** `node scripts/compose/initialize.ts`: what `docker compose up` runs before anything else. */
initializeVolumes({
  secrets: '/secrets',
  envoy: '/etc/envoy',
  upstreamsFile: '/etc/tollgate/upstreams.json',
});
console.log('Secrets and the configuration of Envoy are in their volumes.');
