import { X509Certificate } from 'node:crypto';
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { CertificateRequestError, parseCertificateRequest } from '../../../../src/base/certificate-request.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { CertificateSigningRequestSpec } from './certificate-signing-request-spec.ts';
import { list } from '../../../../src/schema/schema.ts';
import { differenceOf } from '../../core/v1/difference-of.ts';
import {
  certificateSigningRequestCondition,
  type CertificateSigningRequestCondition as Condition,
  type CertificateSigningRequestStatus,
} from './certificate-signing-request-status.ts';
import { KEY_USAGES } from './key-usages.ts';
import { signerNameErrors } from './signer-name-errors.ts';

export interface RequestObject extends AnyObject {
  readonly spec: CertificateSigningRequestSpec;
  readonly status: CertificateSigningRequestStatus;
}

const MIN_SECONDS = 600;
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';

/** Certificates validation's ValidateCertificateSigningRequest. What was taken once is not read again. */
export function validateRequest({ spec, status }: RequestObject, old?: RequestObject): readonly FieldError[] {
  return [...(isDeepEqual(spec, old?.spec) ? [] : specErrors(spec)), ...conditionErrors(status.conditions ?? [])];
}

function specErrors(spec: CertificateSigningRequestSpec): readonly FieldError[] {
  const { usages = [], signerName, expirationSeconds = MIN_SECONDS } = spec;
  const problem = requestProblem(spec.request);
  return [
    ...(problem === undefined ? [] : [invalid('spec.request', spec.request === '' ? null : spec.request, problem)]),
    ...(usages.length === 0 ? [required('spec.usages')] : []),
    ...usages.flatMap((usage, index) =>
      KEY_USAGES.some(known => known === usage) ? [] : [notSupported(`spec.usages[${index}]`, usage, KEY_USAGES)],
    ),
    ...usages.flatMap((usage, index) =>
      usages.indexOf(usage) < index ? [duplicate(`spec.usages[${index}]`, usage)] : [],
    ),
    ...(signerName === LEGACY_SIGNER
      ? [invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version')]
      : signerNameErrors('spec.signerName', signerName)),
    ...(expirationSeconds < MIN_SECONDS
      ? [
          invalid(
            'spec.expirationSeconds',
            expirationSeconds,
            'may not specify a duration less than 600 seconds (10 minutes)',
          ),
        ]
      : []),
  ];
}

function requestProblem(request: string): string | undefined {
  try {
    parseCertificateRequest(Buffer.from(request, 'base64').toString('latin1'));
    return undefined;
  } catch (error) {
    if (error instanceof CertificateRequestError) return error.message;
    throw error;
  }
}

const CONDITIONS = 'status.conditions';
const DECISIONS = ['Approved', 'Denied'] as const;
const KNOWN = [...DECISIONS, 'Failed'] as const;

function conditionErrors(conditions: readonly Condition[]): readonly FieldError[] {
  const seen = new Set<string>();
  return conditions.flatMap(({ type, status }, index) => {
    const field = `${CONDITIONS}[${index}]`;
    const allowed = KNOWN.some(known => known === type) ? ['True'] : ['False', 'True', 'Unknown'];
    const errors = type === '' ? [required(`${field}.type`)] : [];
    if (status === '') errors.push(required(`${field}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${field}.status`, status, allowed));
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (other !== undefined && seen.has(other)) {
      errors.push(invalid(`${field}.type`, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (seen.has(type)) errors.push(duplicate(`${field}.type`, type));
    seen.add(type);
    return errors;
  });
}

/** What `/status` may not change: decisions, and a certificate that is there. */
export function validateSigning({ status }: RequestObject, { status: old }: RequestObject): readonly FieldError[] {
  const now = status.conditions ?? [];
  const before = old.conditions ?? [];
  const errors = [...removed(now, before)];
  for (const type of DECISIONS) {
    const [current, former] = [ofType(now, type), ofType(before, type)];
    if (current.length > former.length) {
      errors.push(forbidden(CONDITIONS, `updates may not add a condition of type ${JSON.stringify(type)}`));
    } else if (current.length === former.length && !isDeepEqual(current, former)) {
      const difference = differenceOf(list(certificateSigningRequestCondition), former, current);
      const detail = `updates may not modify a condition of type ${JSON.stringify(type)}\n${difference}`;
      errors.push(forbidden(CONDITIONS, detail));
    }
  }
  const { certificate = '' } = status;
  if (certificate === (old.certificate ?? '')) return errors;
  const problem = certificateProblem(certificate);
  if (problem !== undefined) errors.push(invalid('status.certificate', '<certificate data>', problem));
  if ((old.certificate ?? '') !== '') {
    errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
  }
  return errors;
}

/** What `/approval` may not change: a decision that was taken stays. */
export const validateApproval = ({ status }: RequestObject, { status: old }: RequestObject): readonly FieldError[] =>
  removed(status.conditions ?? [], old.conditions ?? []);

const ofType = (conditions: readonly Condition[], type: string): readonly Condition[] =>
  conditions.filter(condition => condition.type === type);

const removed = (now: readonly Condition[], before: readonly Condition[]): readonly FieldError[] =>
  KNOWN.flatMap(type =>
    ofType(now, type).length < ofType(before, type).length
      ? [forbidden(CONDITIONS, `updates may not remove a condition of type ${JSON.stringify(type)}`)]
      : [],
  );

function certificateProblem(base64: string): string | undefined {
  if (base64 === '') return undefined;
  const pem = Buffer.from(base64, 'base64').toString('latin1');
  const blocks = pem.split('-----BEGIN ').slice(1);
  if (blocks.length === 0) return 'must contain one or more CERTIFICATE PEM blocks';
  for (const block of blocks) {
    const type = block.slice(0, Math.max(0, block.indexOf('-----')));
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (block.includes(':')) return 'no PEM block headers are permitted';
    if (!isCertificate(`-----BEGIN ${block}`)) return 'x509: malformed certificate';
  }
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
