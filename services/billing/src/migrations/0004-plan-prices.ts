import { type Migration, tenantTable } from '@tollgate/runtime/migrations';

/** The decimals of a currency, where they are not two, as they are in 2026. Part of a migration. */
const SCALES = `case
  when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
    'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 1
  when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 0.001
  when currency in ('CLF', 'UYW') then 0.0001
  else 0.01 end`;

/**
 * A plan version holds price documents of rating in place of a fee, included requests and a price
 * of the further ones. What was there is rewritten, to the same bills: the fee is a flat price, due
 * in advance, and requests have a price per unit, with the included ones as its free units. The
 * decimal texts are written by exact numerics, without needless zeros. A Billing of before cannot
 * work afterwards.
 */
export const planPrices: Migration = {
  name: '0004-plan-prices',
  breaks: { 'ban-drop-column': 'A Billing of before is stopped first, as the changelog says.' },
  up: [
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.plan_price (
        tenant_id text not null,
        plan_id text not null,
        version integer not null,
        position integer not null check (position >= 0),
        price_id text not null check (price_id ~ '^[a-z][a-z0-9-]{0,62}$'),
        meter text check (meter <> ''),
        document jsonb not null check (jsonb_typeof(document) = 'object'),
        primary key (tenant_id, plan_id, version, price_id),
        unique (tenant_id, plan_id, version, position),
        unique (tenant_id, plan_id, version, meter),
        foreign key (tenant_id, plan_id, version)
          references billing.plan_version (tenant_id, plan_id, version)
          deferrable initially deferred
      )`,
      { access: 'append' },
    ),
    `insert into billing.plan_price
       (tenant_id, plan_id, version, position, price_id, meter, document)
     select tenant_id, plan_id, version, 0, 'fee', null, jsonb_build_object(
       'kind', 'flat',
       'version', plan_id || '-' || version,
       'currency', currency,
       'timing', 'in_advance',
       'amount', trim_scale(monthly_fee_minor * (${SCALES})::numeric)::text)
     from billing.plan_version`,
    `insert into billing.plan_price
       (tenant_id, plan_id, version, position, price_id, meter, document)
     select tenant_id, plan_id, version, 1, 'requests', 'requests', jsonb_strip_nulls(
       jsonb_build_object(
         'kind', 'per_unit',
         'version', plan_id || '-' || version,
         'currency', currency,
         'unit_price', trim_scale(overage_unit_amount)::text,
         'free_units', nullif(included_requests, 0)::text))
     from billing.plan_version`,
    `alter table billing.plan_version
       drop column monthly_fee_minor,
       drop column included_requests,
       drop column overage_unit_amount`,
  ],
};
