import {
  BOOL,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  listOf,
  mapOf,
  objectOf,
  type CelField,
  type CelType,
} from '../../../../src/cel/cel-type.ts';
import { AUTHORIZER, RESOURCE_CHECK } from '../../../../src/cel/library/authorizer.ts';

const struct = (name: string, fields: Readonly<Record<string, CelType>>): CelType =>
  objectOf(
    `kubernetes.${name}`,
    () => new Map(Object.entries(fields).map(([property, type]): [string, CelField] => [property, { property, type }])),
  );

const KIND = struct('GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const RESOURCE = struct('GroupVersionResource', { group: STRING, version: STRING, resource: STRING });

const REQUEST = struct('AdmissionRequest', {
  kind: KIND,
  resource: RESOURCE,
  subResource: STRING,
  requestKind: KIND,
  requestResource: RESOURCE,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: struct('UserInfo', {
    username: STRING,
    uid: STRING,
    groups: listOf(STRING),
    extra: mapOf(STRING, listOf(STRING)),
  }),
  dryRun: BOOL,
  options: DYN,
});

const TEXTS = mapOf(STRING, STRING);

const NAMESPACE = struct('Namespace', {
  metadata: struct('NamespaceMetadata', {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: TEXTS,
    annotations: TEXTS,
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listOf(STRING),
  }),
  spec: struct('NamespaceSpec', { finalizers: listOf(STRING) }),
  status: struct('NamespaceStatus', {
    conditions: listOf(
      struct('NamespaceCondition', {
        status: STRING,
        type: STRING,
        lastTransitionTime: TIMESTAMP,
        message: STRING,
        reason: STRING,
      }),
    ),
    phase: STRING,
  }),
});

/** What expressions about requests may name. */
export const ADMISSION_VARIABLES: Readonly<Record<string, CelType>> = {
  object: DYN,
  oldObject: DYN,
  namespaceObject: NAMESPACE,
  request: REQUEST,
  authorizer: AUTHORIZER,
  'authorizer.requestResource': RESOURCE_CHECK,
};
