import { goDurationMs } from '../../src/base/go-duration.ts';
import { boolean, int32, object, string, type Stored } from '../../src/schema/schema.ts';
import { SettingsError } from './settings-error.ts';

/** The settings of the server that are the audit log's, with upstream's defaults. */
export const auditConfig = object({
  auditPolicyFile: string().default(''),
  auditLogPath: string().default(''),
  auditLogFormat: string().default('json'),
  auditLogMaxage: int32().default(366),
  auditLogMaxbackup: int32().default(100),
  auditLogMaxsize: int32().default(100),
  auditLogCompress: boolean().default(false),
  auditLogMode: string().default('blocking'),
  auditLogBatchBufferSize: int32().default(10_000),
  auditLogTruncateEnabled: boolean().default(false),
  auditLogTruncateMaxBatchSize: int32().default(10 * 1024 * 1024),
  auditLogTruncateMaxEventSize: int32().default(100 * 1024),
  auditWebhookConfigFile: string().default(''),
  auditWebhookInitialBackoff: string().default('10s'),
  auditWebhookMode: string().default('batch'),
  auditWebhookBatchBufferSize: int32().default(10_000),
  auditWebhookBatchMaxSize: int32().default(400),
  auditWebhookBatchMaxWait: string().default('30s'),
  auditWebhookBatchThrottleEnable: boolean().default(true),
  auditWebhookBatchThrottleQps: string().default('10'),
  auditWebhookBatchThrottleBurst: int32().default(15),
  auditWebhookTruncateEnabled: boolean().default(false),
  auditWebhookTruncateMaxBatchSize: int32().default(10 * 1024 * 1024),
  auditWebhookTruncateMaxEventSize: int32().default(100 * 1024),
});
export type AuditConfig = Stored<typeof auditConfig>;

export const MODES = ['batch', 'blocking', 'blocking-strict'] as const;
export type Mode = (typeof MODES)[number];

export interface SinkSettings {
  readonly mode: Mode;
  readonly bufferSize: number;
  /** Absent where nothing is cut. */
  readonly truncation?: { readonly maxEventBytes: number; readonly maxBatchBytes: number };
}

export interface LogSettings extends SinkSettings {
  readonly path: string;
  readonly format: 'json' | 'legacy';
  /** 0: it is never put aside. */
  readonly maxMegabytes: number;
  readonly maxAgeDays: number;
  readonly maxBackups: number;
  readonly compress: boolean;
}

export interface WebhookSettings extends SinkSettings {
  readonly configFile: string;
  readonly initialBackoffMs: number;
  readonly maxBatchSize: number;
  readonly maxWaitMs: number;
  readonly throttle?: { readonly qps: number; readonly burst: number };
}

export interface AuditSettings {
  readonly log?: LogSettings;
  readonly webhook?: WebhookSettings;
}

/** What the settings come to. Pure; throws `SettingsError` in upstream's words for those that mean nothing. */
export function readAuditSettings(config: AuditConfig): AuditSettings {
  return {
    ...(config.auditLogPath === '' ? {} : { log: logSettings(config) }),
    ...(config.auditWebhookConfigFile === '' ? {} : { webhook: webhookSettings(config) }),
  };
}

function logSettings(config: AuditConfig): LogSettings {
  const { auditLogFormat: format, auditLogMaxage, auditLogMaxbackup, auditLogMaxsize } = config;
  const mode = modeOf('log', config.auditLogMode);
  if (mode === 'batch') mustBePositive('batch log buffer size', config.auditLogBatchBufferSize);
  const truncation = truncationOf('log', {
    isEnabled: config.auditLogTruncateEnabled,
    maxEventBytes: config.auditLogTruncateMaxEventSize,
    maxBatchBytes: config.auditLogTruncateMaxBatchSize,
  });
  if (format !== 'json' && format !== 'legacy') {
    throw new SettingsError(`invalid audit log format ${format}, allowed formats are "legacy,json"`);
  }
  for (const [flag, value] of Object.entries({
    maxage: auditLogMaxage,
    maxbackup: auditLogMaxbackup,
    maxsize: auditLogMaxsize,
  })) {
    if (value < 0) throw new SettingsError(`--audit-log-${flag} ${value} can't be a negative number`);
  }
  return {
    path: config.auditLogPath,
    format,
    mode,
    bufferSize: config.auditLogBatchBufferSize,
    ...truncation,
    maxMegabytes: auditLogMaxsize,
    maxAgeDays: auditLogMaxage,
    maxBackups: auditLogMaxbackup,
    compress: config.auditLogCompress,
  };
}

function webhookSettings(config: AuditConfig): WebhookSettings {
  const mode = modeOf('webhook', config.auditWebhookMode);
  const { auditWebhookBatchThrottleBurst: burst, auditWebhookBatchMaxSize: maxBatchSize } = config;
  const qps = Number(config.auditWebhookBatchThrottleQps);
  if (mode === 'batch') {
    mustBePositive('batch webhook buffer size', config.auditWebhookBatchBufferSize);
    mustBePositive('batch webhook max batch size', maxBatchSize);
    if (config.auditWebhookBatchThrottleEnable) {
      mustBePositive('batch webhook throttle QPS', qps);
      mustBePositive('batch webhook throttle burst', burst);
    }
  }
  return {
    configFile: config.auditWebhookConfigFile,
    initialBackoffMs: durationOf('audit-webhook-initial-backoff', config.auditWebhookInitialBackoff),
    mode,
    bufferSize: config.auditWebhookBatchBufferSize,
    maxBatchSize,
    maxWaitMs: durationOf('audit-webhook-batch-max-wait', config.auditWebhookBatchMaxWait),
    ...(config.auditWebhookBatchThrottleEnable ? { throttle: { qps, burst } } : {}),
    ...truncationOf('webhook', {
      isEnabled: config.auditWebhookTruncateEnabled,
      maxEventBytes: config.auditWebhookTruncateMaxEventSize,
      maxBatchBytes: config.auditWebhookTruncateMaxBatchSize,
    }),
  };
}

type Where = 'log' | 'webhook';

function modeOf(where: Where, text: string): Mode {
  const mode = MODES.find(each => each === text);
  if (mode !== undefined) return mode;
  throw new SettingsError(`invalid audit ${where} mode ${text}, allowed modes are ${JSON.stringify(MODES.join(','))}`);
}

function mustBePositive(what: string, value: number): void {
  if (!(value > 0)) throw new SettingsError(`invalid audit ${what} ${value}, must be a positive number`);
}

function truncationOf(
  where: Where,
  { isEnabled, maxEventBytes, maxBatchBytes }: { isEnabled: boolean; maxEventBytes: number; maxBatchBytes: number },
): Pick<SinkSettings, 'truncation'> {
  mustBePositive(`truncate ${where} max event size`, maxEventBytes);
  if (maxBatchBytes < maxEventBytes) {
    throw new SettingsError(
      `invalid audit truncate ${where} max batch size ${maxBatchBytes}, must be greater than max event size (${maxEventBytes})`,
    );
  }
  return isEnabled ? { truncation: { maxEventBytes, maxBatchBytes } } : {};
}

function durationOf(flag: string, text: string): number {
  const ms = goDurationMs(text);
  if (ms !== undefined) return ms;
  throw new SettingsError(`invalid argument ${JSON.stringify(text)} for "--${flag}" flag: not a duration`);
}
