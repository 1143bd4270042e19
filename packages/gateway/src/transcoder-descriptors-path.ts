import { createRequire } from 'node:module';

/**
 * The binary `google.protobuf.FileDescriptorSet` from which Envoy transcodes JSON: Tollgate's
 * packages with all imports, each `/v1/` binding also as `/api/v1/`.
 */
export const transcoderDescriptorsPath: string = createRequire(import.meta.url).resolve(
  '@tollgate/api/tollgate.binpb',
);
