/** The files that the system's containers find in their volumes and Secrets. */
export { composeSecretFiles, initializeVolumes } from './compose-volumes.ts';
export { type ContainerEnvironment, containerSettings, writeEnvoyFiles } from './envoy-files.ts';
export { type SecretFiles, type SecretHolder, secretFiles, secretsFolder } from './secret-files.ts';
