export function installSchemas(versions: readonly string[]): Promise<string[]>;
