import { propagationPolicyErrors } from '../../../src/api/propagation-policy.ts';
import type { DeleteOptions, ListOptions } from '../../../src/api/client.ts';
import { invalid, notSupported } from '../../../src/api/field-error.ts';
import type { JsonRecord } from '../../../src/api/json-record.ts';
import { validateFieldManager } from '../../../src/api/validate-metadata.ts';
import { badRequestError, invalidOptions } from '../../../src/api/status-error.ts';
import type { HttpRequest } from './http-request.ts';
import { isTrue } from './read-path.ts';

/** What the query says, in the terms of the client's own options. Throws `StatusError`. */
export function readListOptions({ info, query }: Pick<HttpRequest, 'info' | 'query'>): ListOptions & DeleteOptions {
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  const limit = readInteger(query, 'limit');
  const match = text('resourceVersionMatch');
  const options = {
    namespace: info.namespace === '' ? undefined : info.namespace,
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
    resourceVersion: text('resourceVersion'),
    // Judged by checkListOptions, which tells other values from these.
    resourceVersionMatch: match === '' ? undefined : match,
    limit,
    continue: text('continue'),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface ReadWriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** The same as the client said it, for admission to see. */
  readonly said?: JsonRecord;
}

/** `optionsKind` is named in complaints: `CreateOptions`. */
export function readWriteOptions({ query, headers }: HttpRequest, optionsKind: string): ReadWriteOptions {
  const dryRun = query.getAll('dryRun').filter(value => value !== '');
  const wrong = dryRun.find(value => value !== 'All');
  if (wrong !== undefined) throw invalidOptions(optionsKind, [notSupported('dryRun', dryRun, ['All'])]);
  const fieldManager = query.get('fieldManager') ?? '';
  const wrongManager = validateFieldManager(fieldManager, 'fieldManager');
  if (wrongManager.length > 0) throw invalidOptions(optionsKind, wrongManager);
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation)) {
    throw invalidOptions(optionsKind, [
      notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']),
    ]);
  }
  return {
    dryRun: dryRun.length > 0,
    fieldManager: fieldManager === '' ? managerOf(headers['user-agent'] ?? '') : fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    said: {
      ...(dryRun.length === 0 ? {} : { dryRun }),
      ...(fieldManager === '' ? {} : { fieldManager }),
      ...(fieldValidation === '' ? {} : { fieldValidation }),
    },
  };
}

const MAX_MANAGER_CHARS = 128;

/** The product of the user agent, as handlers.managerOrUserAgent takes it. */
const managerOf = (userAgent: string): string =>
  (userAgent.split('/')[0] ?? '').replaceAll(/[^\x20-\x7e]/g, '').slice(0, MAX_MANAGER_CHARS) || 'unknown';

/** Options of a delete: the body's where there is one, else the query's. */
export function readDeleteOptions(
  query: URLSearchParams,
  body: Readonly<Record<string, unknown>> | undefined,
): DeleteOptions {
  const said = body ?? fromQuery(query);
  const policy = said['propagationPolicy'];
  const orphan = said['orphanDependents'];
  const grace = said['gracePeriodSeconds'];
  const dryRun = said['dryRun'];
  const preconditions = said['preconditions'];
  const errors = [
    ...(typeof policy === 'string' && orphan !== undefined && orphan !== null
      ? [invalid('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set')]
      : []),
    ...(typeof policy === 'string' ? propagationPolicyErrors(policy) : []),
    ...(Array.isArray(dryRun) && dryRun.some(value => value !== 'All')
      ? [notSupported('dryRun', dryRun, ['All'])]
      : []),
  ];
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  const orphaned = orphan === true ? 'Orphan' : orphan === false ? 'Background' : undefined;
  const options = {
    gracePeriodSeconds: typeof grace === 'number' ? grace : undefined,
    propagationPolicy: typeof policy === 'string' ? policy : orphaned,
    preconditions: typeof preconditions === 'object' && preconditions !== null ? preconditions : undefined,
    dryRun: (Array.isArray(dryRun) && dryRun.length > 0) || query.getAll('dryRun').includes('All') || undefined,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function fromQuery(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const grace = readInteger(query, 'gracePeriodSeconds');
  const orphan = query.get('orphanDependents');
  const dryRun = query.getAll('dryRun').filter(value => value !== '');
  return {
    ...(dryRun.length === 0 ? {} : { dryRun }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(orphan === null ? {} : { orphanDependents: isTrue(orphan) }),
    ...(query.get('propagationPolicy') === null ? {} : { propagationPolicy: query.get('propagationPolicy') }),
  };
}

const MAX_INTEGER_CHARS = 32;

/** Throws 400 for what is no integer. */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const isInteger = text.length <= MAX_INTEGER_CHARS && /^[-+]?\d+$/.test(text);
  if (!isInteger) throw badRequestError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (!Number.isSafeInteger(Number(text))) {
    throw badRequestError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return Number(text);
}
