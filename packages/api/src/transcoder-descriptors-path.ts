import { fileURLToPath } from 'node:url';

/**
 * The binary `google.protobuf.FileDescriptorSet` from which the gateway transcodes JSON:
 * Tollgate's packages with all imports, each `/v1/` binding also as `/api/v1/`.
 */
export const transcoderDescriptorsPath: string = fileURLToPath(
  new URL('./gen/tollgate.binpb', import.meta.url),
);
