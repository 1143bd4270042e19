import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_TENANT_ID } from '@tollgate/api';
import {
  currency,
  currencyCodes,
  MoneyError,
  parseMoney,
  rational,
  toDecimal,
} from '@tollgate/money';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { propertySeed } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { toProtoBill } from '../src/bills/bill-proto.ts';
import { billMonth } from '../src/bills/domain/bill-month.ts';
import { type ThreeTermPlan, threeTermBill } from '../src/bills/testing/three-term-bill.ts';
import { inCatalogue } from '../src/catalogue/catalogue-store.ts';
import type { Plan } from '../src/catalogue/domain/plan.ts';
import { toProtoPrice } from '../src/catalogue/price-proto.ts';
import { migrations } from '../src/migrations/index.ts';
import { rows as kinds } from '../src/rows.ts';

/** The schema of before: everything up to the first plans. */
const before = migrations.slice(
  0,
  1 + migrations.findIndex(({ name }) => name.startsWith('0003-')),
);

const period = {
  number: 1,
  start: Temporal.Instant.from('2026-11-01T00:00:00Z'),
  end: Temporal.Instant.from('2026-12-01T00:00:00Z'),
};

interface Stored extends ThreeTermPlan {
  readonly planId: string;
  readonly version: number;
}

/** Plans as they could be stored: of every currency, up to the bounds that the API had. */
const generated: Stored[] = fc
  .sample(
    fc.array(
      fc.record({
        feeMinor: upTo(10n ** 12n),
        included: upTo(10n ** 12n),
        picos: upTo(10n ** 24n - 1n),
        second: fc.boolean(),
      }),
      { minLength: 200, maxLength: 200 },
    ),
    { numRuns: 1, seed: propertySeed() },
  )
  .flat()
  .flatMap(({ feeMinor, included, picos, second }, index) => {
    const code = currencyCodes()[index % currencyCodes().length] ?? 'USD';
    const plan = {
      planId: `plan-${index}`,
      version: 1,
      name: `Plan ${index}`,
      currency: code,
      fee: toDecimal(rational(feeMinor, 10n ** BigInt(currency(code).minorUnitDigits))),
      included,
      unitPrice: toDecimal(rational(picos, 10n ** 12n)),
    };
    return second ? [plan, { ...plan, version: 2, unitPrice: '0', included: 7n }] : [plan];
  });

let fresh: FreshDatabase;
let database: Database;
let plans: Plan[];
beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: before } });
  await store(generated);
  await fresh.migrate('billing');
  database = await openDatabase(
    { url: fresh.urls.billing, poolMax: 2 },
    { rows: kinds, migrations },
    testPlatform('billing'),
  );
  plans = await database.read({ tenantId: newId('ten') }, (rows) =>
    inCatalogue(rows, async (catalogue) => {
      const found: Plan[] = [];
      for (const plan of generated) found.push(await catalogue.getPlan(plan));
      return found;
    }),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

/** The bill, or why its amount is none: the dearest plans pass the largest amount there is. */
function orRefusal<T>(bill: () => T): T | string {
  try {
    return bill();
  } catch (error) {
    if (error instanceof MoneyError) return error.reason;
    throw error;
  }
}

test('every version of every plan bills to the cent what it billed before', () => {
  expect(plans).toHaveLength(generated.length);
  generated.forEach((terms, index) => {
    const plan = plans[index];
    if (!plan) throw new Error('It was read.');
    for (const usage of usagesAround(terms.included)) {
      const bill = orRefusal(() => toProtoBill(billMonth(plan, usage), { plan, period, usage }));
      const old = orRefusal(() => threeTermBill(terms, usage));
      if (typeof bill === 'string' || typeof old === 'string') {
        expect(bill).toBe(old);
        continue;
      }
      expect(bill).toMatchObject({ currency: terms.currency, total: old.total });
      expect(bill.lines).toHaveLength(old.lines.length);
      expect(bill.lines).toMatchObject(old.lines);
    }
  });
});

test('its prices are written as the plan said, in decimal texts without needless zeros', () => {
  generated.forEach(({ planId, version, ...terms }, index) => {
    const common = { version: `${planId}-${version}`, currency: terms.currency };
    const free = terms.included > 0n ? { free_units: String(terms.included) } : {};
    expect(plans[index]?.prices.map(({ price }) => price.document)).toEqual([
      { ...common, kind: 'flat', timing: 'in_advance', amount: terms.fee },
      { ...common, kind: 'per_unit', unit_price: terms.unitPrice, ...free },
    ]);
  });
});

test('the first two plans have the prices that they have from the start', async () => {
  const prices = await database.read({ tenantId: newId('ten') }, (rows) =>
    inCatalogue(rows, async (catalogue) => {
      const free = await catalogue.getPlan({ planId: 'free', version: 1 });
      const pro = await catalogue.getPlan({ planId: 'pro', version: 1 });
      return [free, pro].map((plan) => plan.prices.map(toProtoPrice));
    }),
  );
  expect(prices).toMatchObject([
    [
      { priceId: 'fee', kind: 'flat', amount: '0' },
      { priceId: 'requests', meter: 'requests', kind: 'per_unit', unitPrice: '0', freeUnits: '' },
    ],
    [
      { priceId: 'fee', kind: 'flat', amount: '29' },
      { priceId: 'requests', kind: 'per_unit', unitPrice: '0.001', freeUnits: '10000' },
    ],
  ]);
});

/** Around the bounds that decide a line. */
function usagesAround(included: bigint): bigint[] {
  const around = [included - 1n, included, included + 1n, included + 5n, included + 1_234n];
  return [0n, 1n, ...around.filter((usage) => usage > 1n)];
}

/** Small and large alike, and zero, which means something of its own. */
function upTo(max: bigint): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.constant(0n),
    fc.bigInt({ min: 0n, max: 10_000n }),
    fc.bigInt({ min: 0n, max: 10_000_000_000n }).map((value) => (value > max ? max : value)),
    fc.bigInt({ min: 0n, max }),
  );
}

/** Writes them as Billing did, fees in minor units. */
async function store(stored: readonly Stored[]): Promise<void> {
  const versions = stored.map((plan) => ({
    tenant_id: PLATFORM_TENANT_ID,
    plan_id: plan.planId,
    version: plan.version,
    name: plan.name,
    currency: plan.currency,
    monthly_fee_minor: String(parseMoney(plan.fee, currency(plan.currency)).minorUnits),
    included_requests: String(plan.included),
    overage_unit_amount: plan.unitPrice,
    on_limiter_unavailable: 'deny',
    create_time: '2026-01-01T00:00:00Z',
  }));
  await fresh.sql(
    `with stored as (
       insert into billing.plan_version
       select * from jsonb_populate_recordset(null::billing.plan_version, $1)
       returning tenant_id, plan_id, version, create_time)
     insert into billing.plan (tenant_id, plan_id, current_version, create_time)
     select tenant_id, plan_id, version, create_time from stored where version = 1`,
    [JSON.stringify(versions)],
  );
}
