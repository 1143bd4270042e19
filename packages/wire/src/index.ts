export {
  type Cursor,
  createCursor,
  nestedEnd,
  pointAt,
  readTag,
  readUint32,
  readUint64,
  skipField,
} from './cursor.ts';
export { MalformedMessage } from './malformed-message.ts';
export { latin1Of, passBytes, passText, readText, textOf } from './text.ts';
export { createTextTable, type TextTable } from './text-table.ts';
export { writeTextPair, writeTextStruct } from './texts.ts';
export {
  beginMessage,
  beginNested,
  createWriter,
  endNested,
  finish,
  finishCopy,
  type Writer,
  writeBytes,
  writeRaw,
  writeText,
  writeUint32,
  writeUint64,
} from './writer.ts';
