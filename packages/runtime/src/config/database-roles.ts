import type { ServiceName } from '@tollgate/api';

/** Names of a service's three database roles. */
export interface DatabaseRoles {
  /** The role the service logs in as; sees one tenant at a time and can bypass nothing. */
  readonly login: string;
  /** Entered by background work for one transaction; sees all tenants of this service. */
  readonly system: string;
  /** Owns schema and tables; nobody logs in as it, migrations run as it. */
  readonly owner: string;
}

/** The roles of a service: `tollgate_<service>`, `…_system` and `…_owner`. */
export function rolesOf(service: ServiceName): DatabaseRoles {
  const login = `tollgate_${service}`;
  return { login, system: `${login}_system`, owner: `${login}_owner` };
}

/** The same server and credentials, another database. */
export function withDatabase(url: string, databaseName: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(databaseName)}`;
  return other.href;
}

/** Where and as whom a service connects to Postgres. */
export function roleUrl(target: {
  readonly adminUrl: string;
  readonly databaseName: string;
  readonly service: ServiceName;
  readonly rolePassword: string;
}): string {
  const url = new URL(withDatabase(target.adminUrl, target.databaseName));
  url.username = rolesOf(target.service).login;
  url.password = encodeURIComponent(target.rolePassword);
  return url.href;
}
