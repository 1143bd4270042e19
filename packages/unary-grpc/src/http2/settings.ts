import type { Limits } from '../limits.ts';
import { ConnectionFailure } from './connection-failure.ts';
import { errorCode, setting, windowBytesMax } from './protocol.ts';

/** One setting of a SETTINGS frame. */
export interface Setting {
  readonly id: number;
  readonly value: number;
}

const settingBytes = 6;

/** What the server tells of itself, as the payload of its first frame. */
export function serverSettings(limits: Limits): Buffer {
  return encodeSettings([
    { id: setting.streamsMax, value: limits.streamsMax },
    { id: setting.initialWindowBytes, value: limits.streamWindowBytes },
    { id: setting.headerListBytesMax, value: limits.headerListBytesMax },
  ]);
}

/** The payload of a SETTINGS frame, whatever it says. */
export function encodeSettings(settings: readonly Setting[]): Buffer {
  const payload = Buffer.alloc(settings.length * settingBytes);
  settings.forEach(({ id, value }, index) => {
    payload.writeUInt16BE(id, index * settingBytes);
    payload.writeUInt32BE(value, index * settingBytes + 2);
  });
  return payload;
}

/**
 * Reads the settings of a peer; those that are not known are left out.
 *
 * @throws ConnectionFailure for a value or a length that RFC 9113, section 6.5, forbids.
 */
export function readSettings(payload: Buffer): Setting[] {
  if (payload.length % settingBytes !== 0) {
    throw new ConnectionFailure(errorCode.frameSizeError, 'settings of 6 bytes each');
  }
  const settings: Setting[] = [];
  for (let at = 0; at < payload.length; at += settingBytes) {
    const one = { id: payload.readUInt16BE(at), value: payload.readUInt32BE(at + 2) };
    checkSetting(one);
    settings.push(one);
  }
  return settings;
}

function checkSetting({ id, value }: Setting): void {
  if (id === setting.enablePush && value > 1) {
    throw new ConnectionFailure(errorCode.protocolError, 'ENABLE_PUSH is 0 or 1');
  }
  if (id === setting.initialWindowBytes && value > windowBytesMax) {
    throw new ConnectionFailure(errorCode.flowControlError, 'INITIAL_WINDOW_SIZE is too large');
  }
  if (id === setting.frameBytesMax && (value < 16_384 || value > 16_777_215)) {
    throw new ConnectionFailure(errorCode.protocolError, 'MAX_FRAME_SIZE is out of range');
  }
}
