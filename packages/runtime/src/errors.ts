/** Ways to fail: one factory each, with code, public reason and facts. Knows no database, bus or server. */
export { type Outage, outageOf, sqlState } from './errors/driver-error.ts';
export { driverFailure } from './errors/driver-failure.ts';
export { type FailureContent, type FieldViolation, failure, reasonOf } from './errors/failure.ts';
export { toPublicError } from './errors/public-error.ts';
export {
  conflict,
  credentialExpired,
  credentialInvalid,
  credentialMissing,
  dependencyUnavailable,
  internalFailure,
  invalidInput,
  malformedInput,
  notFound,
  pageTokenInvalid,
  permissionDenied,
  tooMany,
} from './errors/shared-failures.ts';
