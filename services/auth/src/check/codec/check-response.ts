import {
  beginMessage,
  beginNested,
  createWriter,
  endNested,
  finishCopy,
  type Writer,
  writeText,
  writeTextPair,
  writeTextStruct,
  writeUint32,
} from '@tollgate/wire';
import type { AnswerHeader, CheckAnswer } from '../answer.ts';

/** Tags: the field's number times 8, plus 0 for numbers and 2 for what has a length. */
const answerTags = { status: 10, deniedResponse: 18, okResponse: 26, metadata: 34 };
const okTags = { header: 18, headerToRemove: 42 };
const deniedTags = { status: 10, header: 18, body: 26 };
const headerTags = { header: 10, appendAction: 24 };
/** Of the code in a status of either kind. */
const code = 8;

const writer = createWriter();

/** Encodes a `CheckResponse` to the same bytes as protobuf-es, in memory of their own. */
export function encodeCheckResponse(answer: CheckAnswer): Uint8Array {
  beginMessage(writer);
  writeCode(writer, answerTags.status, answer.status.code);
  const { httpResponse } = answer;
  if (httpResponse.case === 'deniedResponse') {
    const { status, headers, body } = httpResponse.value;
    writeUint32(writer, answerTags.deniedResponse);
    const begun = beginNested(writer);
    writeCode(writer, deniedTags.status, status.code);
    for (const header of headers) writeHeader(writer, deniedTags.header, header);
    if (body !== '') {
      writeUint32(writer, deniedTags.body);
      writeText(writer, body);
    }
    endNested(writer, begun);
  } else {
    const { headers, headersToRemove } = httpResponse.value;
    writeUint32(writer, answerTags.okResponse);
    const begun = beginNested(writer);
    for (const header of headers) writeHeader(writer, okTags.header, header);
    for (const name of headersToRemove) {
      writeUint32(writer, okTags.headerToRemove);
      writeText(writer, name);
    }
    endNested(writer, begun);
  }
  writeTextStruct(writer, answerTags.metadata, answer.dynamicMetadata);
  return finishCopy(writer);
}

function writeCode(writer: Writer, tag: number, value: number): void {
  writeUint32(writer, tag);
  const begun = beginNested(writer);
  if (value !== 0) {
    writeUint32(writer, code);
    writeUint32(writer, value);
  }
  endNested(writer, begun);
}

function writeHeader(writer: Writer, tag: number, { header, appendAction }: AnswerHeader): void {
  writeUint32(writer, tag);
  const begun = beginNested(writer);
  writeTextPair(writer, headerTags.header, header.key, header.value);
  if (appendAction !== 0) {
    writeUint32(writer, headerTags.appendAction);
    writeUint32(writer, appendAction);
  }
  endNested(writer, begun);
}
