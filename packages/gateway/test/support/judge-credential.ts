import type { AuthPeer } from './auth-peer.ts';
import {
  type CallerOfTest,
  type GateAnswer,
  gateRefusesCredential,
  type SeenDescriptor,
} from './gate-peer.ts';

/** Says of a descriptor's credential what the test's Auth would say, in a gate's words. */
export function judgeAs(auth: Pick<AuthPeer, 'decide'>) {
  return ({ values }: SeenDescriptor): GateAnswer | CallerOfTest => {
    const names = ['x-api-key', 'authorization'].filter((name) => name in values);
    const { httpResponse, dynamicMetadata } = auth.decide({
      method: '',
      path: '',
      requestId: values['rid'] ?? '',
      context: { class: values['class'] ?? '', access: 'credential' },
      headers: Object.fromEntries(names.map((name) => [name, values[name] ?? ''])),
    });
    const said = Object.entries(dynamicMetadata ?? {}).filter(isText);
    const metadata: Record<string, string> = Object.fromEntries(said);
    if (httpResponse?.case === 'deniedResponse') {
      const { status, body = '' } = httpResponse.value;
      return gateRefusesCredential(status?.code === 403 ? '403' : '401', {
        reason: metadata['reason'] ?? '',
        sentence: body,
      });
    }
    const headers = [
      { key: 'x-tollgate-tenant', value: metadata['tenant'] ?? '' },
      { key: 'x-tollgate-key', value: metadata['key'] ?? '' },
    ];
    return { metadata: { ...metadata, class: 'upstream' }, headers };
  };
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
