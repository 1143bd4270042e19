/** A piece of Envoy's configuration in protobuf's JSON form. */
export interface ConfigObject {
  readonly [key: string]: unknown;
}

const types = 'type.googleapis.com';

/** A `google.protobuf.Any` of `type`, as Envoy reads it from JSON. */
export function any(type: string, value: ConfigObject = {}): ConfigObject {
  return { '@type': `${types}/${type}`, ...value };
}

/** A named extension: `{ name, typed_config }`. */
export function extension(name: string, type: string, value: ConfigObject = {}): ConfigObject {
  return { name, typed_config: any(type, value) };
}

/** A duration in protobuf's JSON form, exact to the millisecond. */
export function milliseconds(value: number): string {
  const whole = Math.trunc(value / 1_000);
  return `${whole}.${String(value % 1_000).padStart(3, '0')}s`;
}
