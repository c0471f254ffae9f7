import type { LogOptions } from './read-log.ts';
import { StatusError, invalidError } from '../../../src/api/status-error.ts';
import { invalid, forbidden, notSupported, type FieldError } from '../../../src/api/field-error.ts';

export interface LogQuery extends LogOptions {
  /** Empty: the pod's only or default container. */
  readonly container: string;
  readonly previous: boolean;
}

/** Reads `PodLogOptions` from a query; throws as the API server does on what it cannot mean. */
export function parseLogQuery(query: URLSearchParams, podName: string, nowMs: number): LogQuery {
  const errors: FieldError[] = [];
  const count = (name: string, least: number): number | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    if (!/^-?\d+$/.test(text)) {
      throw new StatusError('BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    }
    const value = Number(text);
    if (value < least) {
      errors.push(invalid(name, value, `must be greater than ${least === 0 ? 'or equal to 0' : '0'}`));
    }
    return value;
  };
  const tailLines = count('tailLines', 0);
  const limitBytes = count('limitBytes', 1);
  const sinceSeconds = count('sinceSeconds', 1);
  const sinceTime = query.get('sinceTime');
  if (sinceTime !== null && sinceSeconds !== undefined) {
    errors.push(forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  }
  const stream = query.get('stream') ?? 'All';
  if (stream !== 'All' && stream !== 'Stdout' && stream !== 'Stderr') {
    errors.push(notSupported('stream', stream, ['All', 'Stdout', 'Stderr']));
  }
  if (errors.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, podName, errors);
  const sinceMs =
    sinceSeconds !== undefined ? nowMs - sinceSeconds * 1000 : sinceTime === null ? undefined : Date.parse(sinceTime);
  if (sinceMs !== undefined && Number.isNaN(sinceMs)) {
    throw new StatusError('BadRequest', `unable to parse sinceTime ${JSON.stringify(sinceTime)}`);
  }
  return {
    container: query.get('container') ?? '',
    previous: isTrue(query.get('previous')),
    follow: isTrue(query.get('follow')),
    timestamps: isTrue(query.get('timestamps')),
    tailLines,
    limitBytes,
    sinceMs,
    stream: stream === 'Stdout' || stream === 'Stderr' ? stream : 'All',
  };
}

/** A parameter without a value means yes, as conversion of query parameters has it. */
export const isTrue = (text: string | null): boolean => text !== null && text !== 'false' && text !== '0';
