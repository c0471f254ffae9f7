import type { AuditEvent } from '../event.ts';

/** An event of a request that reads a ConfigMap, but for what is given. */
export const eventOf = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  level: 'RequestResponse',
  auditID: 'id',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/n/configmaps/c',
  verb: 'get',
  user: { username: 'jane', groups: ['dev'] },
  sourceIPs: ['10.0.0.1'],
  userAgent: 'test',
  objectRef: { resource: 'configmaps', namespace: 'n', name: 'c', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  stageTimestamp: '2026-01-01T00:00:00.001000Z',
  annotations: new Map(),
  ...given,
});
