import { reasonOf } from '@tollgate/runtime/errors';

/** The public reason with which a call fails; `answered` when it does not fail. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
}
