/**
 * Command-line arguments that Envoy needs beside `-c <file>`. Each call that is not given back has
 * no number of hits for the giveback descriptor, which is what is meant; Envoy warns of it every
 * time, under the component `config`, and cannot be told otherwise in its configuration.
 */
export const envoyArguments: readonly string[] = ['--component-log-level', 'config:error'];
