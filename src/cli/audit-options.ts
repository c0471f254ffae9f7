import { option, type ServerOption } from './server-option.ts';

const MODES = 'blocking, blocking-strict or batch';

/** Named as kube-apiserver's flags; what they are unless said is upstream's too. */
export const AUDIT_OPTIONS: readonly ServerOption[] = [
  option('auditPolicyFile', 'text', '', 'what of which requests is put on record; nothing without it'),
  option('auditLogPath', 'text', '', 'file for the record of requests, “-” for standard output'),
  option('auditLogFormat', 'text', 'json', 'json or legacy'),
  option('auditLogMaxsize', 'number', 100, 'megabytes after which the file is put aside; 0: never'),
  option('auditLogMaxage', 'number', 366, 'days that what was put aside is kept; 0: for ever'),
  option('auditLogMaxbackup', 'number', 100, 'files put aside that are kept; 0: all'),
  option('auditLogCompress', 'boolean', false, 'compress what was put aside'),
  option('auditLogMode', 'text', 'blocking', `whether requests wait for their record: ${MODES}`),
  option('auditLogBatchBufferSize', 'number', 10_000, 'in mode batch: events that may wait; further ones are lost'),
  option('auditLogTruncateEnabled', 'boolean', false, 'take the objects out of events that are too large'),
  option('auditLogTruncateMaxEventSize', 'number', 100 * 1024, 'bytes of the largest event'),
  option('auditLogTruncateMaxBatchSize', 'number', 10 * 1024 * 1024, 'bytes of the largest batch'),
  option('auditWebhookConfigFile', 'text', '', 'kubeconfig of a server that the record is sent to'),
  option('auditWebhookInitialBackoff', 'text', '10s', 'wait before what could not be sent is tried again'),
  option('auditWebhookMode', 'text', 'batch', `whether requests wait for their record: ${MODES}`),
  option('auditWebhookBatchBufferSize', 'number', 10_000, 'in mode batch: events that may wait; further ones are lost'),
  option('auditWebhookBatchMaxSize', 'number', 400, 'in mode batch: events sent at once'),
  option('auditWebhookBatchMaxWait', 'text', '30s', 'in mode batch: the longest that events are waited for'),
  option('auditWebhookBatchThrottleEnable', 'boolean', true, 'in mode batch: send no more often than'),
  option('auditWebhookBatchThrottleQps', 'text', '10', 'so many times a second'),
  option('auditWebhookBatchThrottleBurst', 'number', 15, 'and so many times at once after a quiet time'),
  option('auditWebhookTruncateEnabled', 'boolean', false, 'take the objects out of events that are too large'),
  option('auditWebhookTruncateMaxEventSize', 'number', 100 * 1024, 'bytes of the largest event'),
  option('auditWebhookTruncateMaxBatchSize', 'number', 10 * 1024 * 1024, 'bytes of the largest batch'),
];
