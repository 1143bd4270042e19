import { create } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import {
  type Tenant as TenantMessage,
  TenantSchema,
} from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { Tenant } from './domain/tenant.ts';

/** The tenant as the API shows it. */
export function toProtoTenant(tenant: Tenant): TenantMessage {
  return create(TenantSchema, {
    tenantId: tenant.tenantId,
    slug: tenant.slug,
    tenantName: tenant.tenantName,
    status: tenant.status,
    createTime: toProtoTime(tenant.createTime),
    platform: tenant.platform,
  });
}
