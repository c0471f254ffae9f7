import { isRecord } from '../../src/api/json-record.ts';
import type { Status } from '../../src/api/status-error.ts';
import { AUDIT_ANNOTATIONS, WARNINGS } from './limits.ts';

/** What a webhook decided. */
export interface Verdict {
  readonly allowed: boolean;
  readonly status: Partial<Status> | undefined;
  readonly warnings: readonly string[];
  /** For the record of the request, by name. */
  readonly auditAnnotations: ReadonlyMap<string, string>;
  /** JSON of its patch; '' where it changes nothing. */
  readonly patch: string;
  readonly patchType: string;
}

interface Expected {
  readonly version: string;
  readonly uid: string;
  readonly mayPatch: boolean;
}

/** Reads an answered AdmissionReview, or says in upstream's words what is wrong with it. */
export function reviewResponse(
  body: unknown,
  { version, uid, mayPatch }: Expected,
): Verdict | { readonly problem: string } {
  const review = isRecord(body) ? body : {};
  const { response } = review;
  if (!isRecord(response)) return { problem: 'webhook response was absent' };
  const patch = textOf(response['patch']);
  const { patchType } = response;
  if (version === 'v1') {
    const wrong = wrongV1(review, uid) ?? (mayPatch ? wrongPatch(patch, patchType) : unwantedPatch(patch, patchType));
    if (wrong !== undefined) return { problem: wrong };
  }
  const { warnings, status, auditAnnotations } = response;
  return {
    allowed: response['allowed'] === true,
    status: isRecord(status) ? status : undefined,
    warnings: Array.isArray(warnings) ? warnings.map(textOf).slice(0, WARNINGS) : [],
    auditAnnotations: new Map(
      Object.entries(isRecord(auditAnnotations) ? auditAnnotations : {})
        .slice(0, AUDIT_ANNOTATIONS)
        .map(([name, text]) => [name, textOf(text)]),
    ),
    patch: mayPatch ? Buffer.from(patch, 'base64').toString() : '',
    // Before v1 nobody said which, and there was one.
    patchType: version === 'v1' ? textOf(patchType) : 'JSONPatch',
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function wrongV1({ apiVersion, kind, response }: Readonly<Record<string, unknown>>, uid: string): string | undefined {
  const said = isRecord(response) ? textOf(response['uid']) : '';
  if (said !== uid) return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(said)}`;
  if (apiVersion === 'admission.k8s.io/v1' && kind === 'AdmissionReview') return undefined;
  const [version = '', group = ''] = textOf(apiVersion).split('/').toReversed();
  return `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${group}/${version}, Kind=${textOf(kind)}`;
}

function wrongPatch(patch: string, type: unknown): string | undefined {
  const isSaid = type !== undefined && type !== null;
  if (patch !== '' && !isSaid) return 'webhook returned response.patch but not response.patchType';
  if (patch === '' && isSaid) return 'webhook returned response.patchType but not response.patch';
  return type === '' ? 'webhook returned invalid response.patchType of ""' : undefined;
}

function unwantedPatch(patch: string, type: unknown): string | undefined {
  if (patch !== '') return 'validating webhook may not return response.patch';
  return type === undefined || type === null ? undefined : 'validating webhook may not return response.patchType';
}
