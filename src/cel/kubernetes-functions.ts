import { functionsOf, type CelFunction } from './cel-function.ts';
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
  opaque,
  typeOf,
  typeParam,
  type CelType,
} from './cel-type.ts';
import { AUTHORIZER_FUNCTIONS } from './library/authorizer.ts';
import { CONVERSION_FUNCTIONS } from './library/conversions.ts';
import { FORMAT_FUNCTIONS } from './library/format.ts';
import { CIDR, IP, IP_FUNCTIONS } from './library/ip.ts';
import { LIST_FUNCTIONS } from './library/lists.ts';
import { OPERATOR_FUNCTIONS } from './library/operators.ts';
import { OPTIONAL_FUNCTIONS } from './library/optionals.ts';
import { QUANTITY_FUNCTIONS } from './library/quantity.ts';
import { REGEX_FUNCTIONS } from './library/regex.ts';
import { SEMVER_FUNCTIONS } from './library/semver.ts';
import { SET_FUNCTIONS } from './library/sets.ts';
import { STRING_FUNCTIONS } from './library/strings.ts';
import { TIME_FUNCTIONS } from './library/times.ts';
import { URL_FUNCTIONS } from './library/url.ts';

/** What every expression of Kubernetes 1.36 may call. */
export const KUBERNETES_FUNCTIONS: ReadonlyMap<string, CelFunction> = functionsOf([
  OPERATOR_FUNCTIONS,
  CONVERSION_FUNCTIONS,
  TIME_FUNCTIONS,
  STRING_FUNCTIONS,
  REGEX_FUNCTIONS,
  LIST_FUNCTIONS,
  SET_FUNCTIONS,
  OPTIONAL_FUNCTIONS,
  URL_FUNCTIONS,
  IP_FUNCTIONS,
  QUANTITY_FUNCTIONS,
  SEMVER_FUNCTIONS,
  FORMAT_FUNCTIONS,
  AUTHORIZER_FUNCTIONS,
]);

const [A, B, T] = [typeParam('A'), typeParam('B'), typeParam('T')];

/** The types that expressions may name, to compare with what `type` tells. */
export const NAMED_TYPES: ReadonlyMap<string, CelType> = new Map(
  (
    [
      ['bool', BOOL],
      ['bytes', BYTES],
      ['double', DOUBLE],
      ['google.protobuf.Duration', DURATION],
      ['google.protobuf.Timestamp', TIMESTAMP],
      ['int', INT],
      ['list', listOf(A)],
      ['map', mapOf(A, B)],
      ['null_type', NULL],
      ['string', STRING],
      ['type', typeOf()],
      ['uint', UINT],
      ['optional_type', opaque('optional_type', T)],
      ['net.IP', IP],
      ['net.CIDR', CIDR],
      ['dyn', DYN],
    ] satisfies readonly (readonly [string, CelType])[]
  )
    .filter(([name]) => name !== 'dyn')
    .map(([name, type]) => [name, typeOf(type)]),
);
