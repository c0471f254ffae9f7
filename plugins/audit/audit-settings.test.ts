import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../../src/schema/defaults.ts';
import { auditConfig, readAuditSettings, type AuditConfig } from './audit-settings.ts';

// Defaults are of its types.
const config = (given: Partial<AuditConfig>): AuditConfig => applyDefaults(auditConfig.node, given) as AuditConfig;

describe('settings of the audit log', () => {
  it('are upstream’s unless they are said', () => {
    expect(readAuditSettings(config({}))).toEqual({});
    expect(readAuditSettings(config({ auditLogPath: '/a', auditWebhookConfigFile: '/w' }))).toEqual({
      log: {
        path: '/a',
        format: 'json',
        mode: 'blocking',
        bufferSize: 10_000,
        maxMegabytes: 100,
        maxAgeDays: 366,
        maxBackups: 100,
        compress: false,
      },
      webhook: {
        configFile: '/w',
        mode: 'batch',
        bufferSize: 10_000,
        initialBackoffMs: 10_000,
        maxBatchSize: 400,
        maxWaitMs: 30_000,
        throttle: { qps: 10, burst: 15 },
      },
    });
  });

  it.each<[Partial<AuditConfig>, string]>([
    [{ auditLogMode: 'odd' }, 'invalid audit log mode odd, allowed modes are "batch,blocking,blocking-strict"'],
    [{ auditLogFormat: 'odd' }, 'invalid audit log format odd, allowed formats are "legacy,json"'],
    [{ auditLogMaxage: -1 }, "--audit-log-maxage -1 can't be a negative number"],
    [
      { auditLogMode: 'batch', auditLogBatchBufferSize: 0 },
      'invalid audit batch log buffer size 0, must be a positive number',
    ],
    [{ auditLogTruncateMaxEventSize: 0 }, 'invalid audit truncate log max event size 0, must be a positive number'],
    [
      { auditLogTruncateMaxBatchSize: 1 },
      'invalid audit truncate log max batch size 1, must be greater than max event size (102400)',
    ],
    [
      { auditWebhookConfigFile: '/w', auditWebhookBatchThrottleQps: '0' },
      'invalid audit batch webhook throttle QPS 0, must be a positive number',
    ],
    [
      { auditWebhookConfigFile: '/w', auditWebhookBatchThrottleQps: 'many' },
      'invalid audit batch webhook throttle QPS NaN, must be a positive number',
    ],
  ])('are refused: %j', (given, message) => {
    expect(() => readAuditSettings(config({ auditLogPath: '/a', ...given }))).toThrow(message);
  });

  it('of what is not used do not matter', () => {
    expect(readAuditSettings(config({ auditLogMode: 'odd', auditWebhookMode: 'odd' }))).toEqual({});
  });
});
