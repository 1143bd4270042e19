/** A table as Postgres describes it. Names lead to definitions. */
interface TableRecord {
  /** As `text not null default now()`. */
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: readonly string[];
  /** `off`, `enabled`, or `forced`, which holds for the owner, too. */
  readonly rowSecurity: string;
  readonly policies: Readonly<Record<string, string>>;
  readonly indexes: Readonly<Record<string, string>>;
  /** Unique, foreign, exclusion and check constraints. */
  readonly constraints: Readonly<Record<string, string>>;
  /** What each role may do, sorted. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
}

/** All tables, as `auth.api_keys`. */
export type DatabaseInventory = Readonly<Record<string, TableRecord>>;

/** Runs one statement as somebody who sees everything. */
export type RunSql = (text: string, values: unknown[]) => Promise<Record<string, string>[]>;

/** Reads the catalogue of Postgres for the tables of these schemas. */
export async function databaseInventory(
  run: RunSql,
  schemas: readonly string[],
): Promise<DatabaseInventory> {
  const ask = (text: string) => run(text, [[...schemas]]);
  const tables = await ask(TABLES);
  const [columns, keys, policies, indexes, constraints, grants] = [
    await ask(COLUMNS),
    await ask(PRIMARY_KEYS),
    await ask(POLICIES),
    await ask(INDEXES),
    await ask(CONSTRAINTS),
    await ask(GRANTS),
  ].map((rows) => Object.groupBy(rows, ({ of }) => of ?? ''));
  return Object.fromEntries(
    tables.map(({ of = '', definition = '' }) => [
      of,
      {
        columns: byName(columns?.[of]),
        primaryKey: (keys?.[of] ?? []).map(({ name = '' }) => name),
        rowSecurity: definition,
        policies: byName(policies?.[of]),
        indexes: byName(indexes?.[of]),
        constraints: byName(constraints?.[of]),
        grants: lists(grants?.[of]),
      },
    ]),
  );
}

function byName(rows: readonly Record<string, string>[] = []): Record<string, string> {
  return Object.fromEntries(rows.map(({ name = '', definition = '' }) => [name, definition]));
}

function lists(rows: readonly Record<string, string>[] = []): Record<string, string[]> {
  return Object.fromEntries(
    rows.map(({ name = '', definition = '' }) => [name, definition.split(' ')]),
  );
}

const OF = `n.nspname || '.' || c.relname as of`;
const FROM = `from pg_class c join pg_namespace n on n.oid = c.relnamespace`;
const OURS = `n.nspname = any($1) and c.relkind in ('r', 'p')`;

const TABLES = `
  select ${OF}, case when c.relforcerowsecurity and c.relrowsecurity then 'forced'
    when c.relrowsecurity then 'enabled' else 'off' end as definition
  ${FROM} where ${OURS} order by 1`;

const COLUMNS = `
  select ${OF}, a.attname as name,
    format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end
      || case when a.attgenerated <> '' then ' generated as ' when d.adbin is not null
           then ' default ' else '' end
      || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as definition
  ${FROM} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where ${OURS} order by a.attnum`;

const PRIMARY_KEYS = `
  select ${OF}, a.attname as name
  ${FROM} join pg_index i on i.indrelid = c.oid and i.indisprimary
    cross join lateral unnest(i.indkey) with ordinality as k(attnum, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
  where ${OURS} order by k.place`;

const POLICIES = `
  select p.schemaname || '.' || p.tablename as of, p.policyname as name,
    p.permissive || ' ' || p.cmd || ' to ' || array_to_string(p.roles, ', ')
      || coalesce(' using ' || p.qual, '') || coalesce(' with check ' || p.with_check, '')
      as definition
  from pg_policies p where p.schemaname = any($1) order by 2`;

const INDEXES = `
  select ${OF}, x.relname as name, pg_get_indexdef(i.indexrelid) as definition
  ${FROM} join pg_index i on i.indrelid = c.oid join pg_class x on x.oid = i.indexrelid
  where ${OURS} order by 2`;

/** Without the primary key, which is above, and "not null", which some versions list, too. */
const CONSTRAINTS = `
  select ${OF}, k.conname as name, pg_get_constraintdef(k.oid) as definition
  ${FROM} join pg_constraint k on k.conrelid = c.oid and k.contype in ('u', 'f', 'x', 'c')
  where ${OURS} order by 2`;

/** Without privileges that only some versions know. */
const GRANTS = `
  select ${OF}, pg_get_userbyid(g.grantee) as name,
    string_agg(g.privilege_type, ' ' order by g.privilege_type collate "C") as definition
  ${FROM} cross join lateral aclexplode(c.relacl) g
  where ${OURS} and g.privilege_type <> 'MAINTAIN' and g.grantee <> c.relowner
  group by 1, 2 order by 2`;
