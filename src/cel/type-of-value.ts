import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  UINT,
  listOf,
  mapOf,
  optionalOf,
  typeOf,
  type CelType,
} from './cel-type.ts';
import {
  CelDuration,
  CelList,
  CelMap,
  CelOpaque,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  type CelValue,
} from './cel-value.ts';

const LIST = listOf(DYN);
const MAP = mapOf(DYN, DYN);
const TYPE = typeOf();
const OPTIONAL = optionalOf(DYN);

/** As `type(value)` tells it: what is in lists and maps is not looked at. */
export function typeOfValue(value: CelValue): CelType {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return DOUBLE;
  if (typeof value === 'string') return STRING;
  if (value instanceof CelList) return LIST;
  if (value instanceof CelMap) return value.declared ?? MAP;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof CelDuration) return DURATION;
  if (value instanceof CelTimestamp) return TIMESTAMP;
  if (value instanceof CelTypeValue) return TYPE;
  if (value instanceof CelOptional) return OPTIONAL;
  return value instanceof CelOpaque ? value.type : UINT;
}
