import { isRecord, member, type JsonRecord } from '../../../src/api/json-record.ts';
import { WireWriter } from '../../../src/schema/protobuf-wire.ts';

/**
 * An OpenAPI 2 document as kubectl before 1.29 reads it: the protobuf messages of
 * https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto. Only what our documents say.
 */
export function openApiV2Protobuf(document: JsonRecord): Buffer {
  return message(writer => {
    text(writer, 1, member(document, 'swagger'));
    writer.bytes(2, info(record(document, 'info')));
    writer.bytes(8, named(2, record(document, 'paths'), pathItem));
    writer.bytes(9, named(1, record(document, 'definitions'), schema));
  });
}

type Encode = (value: JsonRecord) => Buffer;

function message(write: (writer: WireWriter) => void): Buffer {
  const writer = new WireWriter();
  write(writer);
  return writer.finish();
}

const record = (of: JsonRecord, name: string): JsonRecord => {
  const value = member(of, name);
  return isRecord(value) ? value : {};
};

const records = (of: JsonRecord, name: string): readonly JsonRecord[] => {
  const value = member(of, name);
  return Array.isArray(value) ? value.filter(isRecord) : [];
};

const texts = (of: JsonRecord, name: string): readonly string[] => {
  const value = member(of, name);
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
};

function text(writer: WireWriter, field: number, value: unknown): void {
  if (typeof value === 'string' && value !== '') writer.text(field, value);
}

function flag(writer: WireWriter, field: number, value: unknown): void {
  if (value === true) writer.varint(field, 1);
}

const pair = (name: string, value: Buffer): Buffer =>
  message(writer => {
    writer.text(1, name);
    writer.bytes(2, value);
  });

/** A message that is a map: pairs of name and value in `field`. */
const named = (field: number, entries: JsonRecord, encode: Encode): Buffer =>
  message(writer => {
    for (const [name, value] of Object.entries(entries)) {
      if (isRecord(value)) writer.bytes(field, pair(name, encode(value)));
    }
  });

/** JSON is YAML. */
const anything = (value: unknown): Buffer => message(writer => writer.text(2, JSON.stringify(value)));

function extensions(writer: WireWriter, field: number, of: JsonRecord): void {
  for (const [name, value] of Object.entries(of)) {
    if (name.startsWith('x-')) writer.bytes(field, pair(name, anything(value)));
  }
}

const info: Encode = value =>
  message(writer => {
    text(writer, 1, member(value, 'title'));
    text(writer, 2, member(value, 'version'));
  });

const METHODS: readonly (readonly [string, number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['options', 6],
  ['head', 7],
  ['patch', 8],
];

const pathItem: Encode = value =>
  message(writer => {
    for (const [method, field] of METHODS) {
      const found = member(value, method);
      if (isRecord(found)) writer.bytes(field, operation(found));
    }
    for (const item of records(value, 'parameters')) writer.bytes(9, parameter(item));
  });

const operation: Encode = value =>
  message(writer => {
    for (const tag of texts(value, 'tags')) writer.text(1, tag);
    text(writer, 3, member(value, 'description'));
    text(writer, 5, member(value, 'operationId'));
    for (const type of texts(value, 'produces')) writer.text(6, type);
    for (const type of texts(value, 'consumes')) writer.text(7, type);
    for (const item of records(value, 'parameters')) writer.bytes(8, parameter(item));
    writer.bytes(9, named(1, record(value, 'responses'), response));
    for (const scheme of texts(value, 'schemes')) writer.text(10, scheme);
    extensions(writer, 13, value);
  });

/** ParametersItem of Parameter of one of its three forms. */
const parameter: Encode = value => {
  const place = member(value, 'in');
  if (place === 'body') return wrap(1, wrap(1, bodyParameter(value)));
  const isPath = place === 'path';
  return wrap(1, wrap(2, wrap(isPath ? 4 : 3, plainParameter(value, isPath ? 5 : 6))));
};

const wrap = (field: number, inner: Buffer): Buffer => message(writer => writer.bytes(field, inner));

const bodyParameter: Encode = value =>
  message(writer => {
    text(writer, 2, member(value, 'name'));
    text(writer, 3, 'body');
    flag(writer, 4, member(value, 'required'));
    writer.bytes(5, schema(record(value, 'schema')));
  });

const plainParameter = (value: JsonRecord, typeField: number): Buffer =>
  message(writer => {
    flag(writer, 1, member(value, 'required'));
    text(writer, 2, member(value, 'in'));
    text(writer, 4, member(value, 'name'));
    text(writer, typeField, member(value, 'type'));
  });

const response: Encode = value =>
  wrap(
    1,
    message(writer => {
      text(writer, 1, member(value, 'description'));
      const found = member(value, 'schema');
      if (isRecord(found)) writer.bytes(2, wrap(1, schema(found)));
    }),
  );

const schema: Encode = value =>
  message(writer => {
    text(writer, 1, member(value, '$ref'));
    text(writer, 2, member(value, 'format'));
    text(writer, 4, member(value, 'description'));
    if (Object.hasOwn(value, 'default')) writer.bytes(5, anything(value['default']));
    for (const name of texts(value, 'required')) writer.text(19, name);
    for (const choice of texts(value, 'enum')) writer.bytes(20, anything(choice));
    const more = member(value, 'additionalProperties');
    if (isRecord(more)) writer.bytes(21, wrap(1, schema(more)));
    const type = member(value, 'type');
    if (typeof type === 'string')
      writer.bytes(
        22,
        message(inner => inner.text(1, type)),
      );
    const items = member(value, 'items');
    if (isRecord(items)) writer.bytes(23, wrap(1, schema(items)));
    const properties = member(value, 'properties');
    if (isRecord(properties)) writer.bytes(25, named(1, properties, schema));
    extensions(writer, 31, value);
  });
