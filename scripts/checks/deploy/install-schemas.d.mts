/** @throws Error that names what could not be installed. */
export function installSchemas(): Promise<string[]>;
