import { parseArgs } from 'node:util';
import { containerSettings, writeEnvoyFiles } from '@tollgate/system/containers';

/**
 * `node scripts/write-envoy-files.ts --environment kubernetes --upstreams upstreams.json --output
 * /etc/envoy` writes what Envoy's container mounts.
 */
const { values } = parseArgs({
  options: {
    environment: { type: 'string', default: 'kubernetes' },
    upstreams: { type: 'string', default: 'upstreams.json' },
    output: { type: 'string', default: '/etc/envoy' },
  },
});
const { environment, upstreams, output } = values;
if (environment !== 'compose' && environment !== 'kubernetes') {
  throw new Error('--environment must be compose or kubernetes.');
}
writeEnvoyFiles(output, containerSettings(environment, upstreams));
