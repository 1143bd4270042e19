export {
  type Denial,
  expired,
  invalid,
  isDenial,
  missing,
  notAllowed,
  revoked,
} from './denial.ts';
export {
  type Credential,
  type CredentialHeader,
  type Header,
  isCredentialHeader,
  readCredential,
} from './domain/credential.ts';
export { createSecretHash, last4Of, makeKeySecret } from './domain/key-secret.ts';
export { type KeyLimit, type KnownKey, statusOfKey } from './domain/known-key.ts';
export { createIdentify, type Identify } from './identify.ts';
export { anonymous, type Identity } from './identity.ts';
export { createKeyDirectory, type KeyDirectory } from './key-directory.ts';
