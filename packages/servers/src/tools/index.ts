/** What tests, checks and measurements need besides the servers. See README.md. */
export { ensureTool, ensureTools, type ToolName } from './ensure-tools.ts';
export { ensureKubernetesSchemas } from './kubernetes-schemas.ts';
