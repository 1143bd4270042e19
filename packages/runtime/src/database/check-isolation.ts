/** Runs one statement and answers its rows; `Rows.sql` and `pg` both fit. */
export type RunSql = (text: string, parameters: unknown[]) => Promise<unknown[]>;

/** A table that breaks the rule of isolation, and how. */
export interface IsolationViolation {
  readonly table: string;
  readonly problem: string;
}

/**
 * Walks the catalogue of the connected database: every table of the given schemas with a column
 * `tenant_id` must have row-level security enabled and forced, a policy for the service's role that
 * compares with `app.tenant`, and no policy for anybody else but the system role; and no role of
 * ours may bypass or own it. An empty answer means that all hold.
 */
export async function isolationViolations(
  run: RunSql,
  schemas: readonly string[],
): Promise<IsolationViolation[]> {
  return (await run(catalogueQuery, [[...schemas]])) as IsolationViolation[];
}

const catalogueQuery = `
with tenant_table as (
  select c.oid, c.relrowsecurity, c.relforcerowsecurity, c.relowner, n.nspname as schema,
    n.nspname || '.' || c.relname as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
  where n.nspname = any($1) and c.relkind in ('r', 'p')
), policy as (
  select p.polrelid, p.polname, p.polpermissive, p.polcmd,
    pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as checking,
    array(select coalesce(r.rolname, 'public') from unnest(p.polroles) as o(oid)
      left join pg_roles r on r.oid = o.oid)::text[] as roles
  from pg_policy p
)
select name as "table", 'row-level security is not enabled' as problem
  from tenant_table where not relrowsecurity
union all select name, 'row-level security is not forced'
  from tenant_table where not relforcerowsecurity
union all select t.name, 'no policy compares with app.tenant for tollgate_' || t.schema
  from tenant_table t where not exists (
    select from policy p where p.polrelid = t.oid and p.roles = array['tollgate_' || t.schema]
      and p.polcmd = '*'
      and p.using like '%tenant_id = NULLIF(current_setting(''app.tenant''%'
      and p.checking like '%tenant_id = NULLIF(current_setting(''app.tenant''%')
union all select t.name, 'policy ' || p.polname || ' opens the table to ' || p.roles::text
  from tenant_table t join policy p on p.polrelid = t.oid
  where p.polpermissive and p.roles <> array['tollgate_' || t.schema || '_system']
    and not (p.roles = array['tollgate_' || t.schema]
      and p.using like '%tenant_id = NULLIF(current_setting(''app.tenant''%')
union all select t.name, 'is owned by ' || r.rolname || ', not by the owner role'
  from tenant_table t join pg_roles r on r.oid = t.relowner
  where r.rolname <> 'tollgate_' || t.schema || '_owner'
union all select t.name, r.rolname || ' bypasses row-level security or inherits the system role'
  from tenant_table t
  join pg_roles r on r.rolname = 'tollgate_' || t.schema
  where r.rolsuper or r.rolbypassrls
    or pg_has_role(r.rolname, 'tollgate_' || t.schema || '_system', 'USAGE')
order by 1, 2`;
