import type { DescService } from '@bufbuild/protobuf';
import { AuthInternalService } from './gen/tollgate/auth/v1/auth_internal_service_pb.ts';
import { AuthService } from './gen/tollgate/auth/v1/auth_service_pb.ts';
import { BillingInternalService } from './gen/tollgate/billing/v1/billing_internal_service_pb.ts';
import { BillingService } from './gen/tollgate/billing/v1/billing_service_pb.ts';
import { MeteringInternalService } from './gen/tollgate/metering/v1/metering_internal_service_pb.ts';
import { MeteringService } from './gen/tollgate/metering/v1/metering_service_pb.ts';
import { NotificationService } from './gen/tollgate/notification/v1/notification_service_pb.ts';
import { TenantInternalService } from './gen/tollgate/tenant/v1/tenant_internal_service_pb.ts';
import { TenantService } from './gen/tollgate/tenant/v1/tenant_service_pb.ts';

/** Every Connect service of Tollgate, public and internal. A test proves that none is missing. */
export const services: readonly DescService[] = [
  AuthService,
  AuthInternalService,
  TenantService,
  TenantInternalService,
  MeteringService,
  MeteringInternalService,
  BillingService,
  BillingInternalService,
  NotificationService,
];
