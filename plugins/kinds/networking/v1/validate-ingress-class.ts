import { domainPrefixedPathErrors } from '../../../../src/api/domain-prefixed-path.ts';
import {
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import type { IngressClassSpec } from './ingress-class-spec.ts';
import { validateReference } from './validate-ingress-paths.ts';

const MAX_CONTROLLER_CHARS = 250;
const SCOPES: readonly string[] = ['Cluster', 'Namespace'];

export function validateIngressClass({ spec }: { readonly spec: IngressClassSpec }): readonly FieldError[] {
  const { controller = '', parameters } = spec;
  return [
    ...(controller.length > MAX_CONTROLLER_CHARS ? [tooLong('spec.controller', MAX_CONTROLLER_CHARS)] : []),
    ...domainPrefixedPathErrors(controller, 'spec.controller'),
    ...(parameters === undefined
      ? []
      : [...validateReference(parameters, 'spec.parameters'), ...validateScope(parameters, 'spec.parameters')]),
  ];
}

function validateScope(
  { scope, namespace }: NonNullable<IngressClassSpec['parameters']>,
  field: string,
): readonly FieldError[] {
  const at = `${field}.namespace`;
  if (!SCOPES.includes(scope)) return [notSupported(`${field}.scope`, scope, SCOPES)];
  if (scope === 'Cluster') {
    return namespace === undefined ? [] : [forbidden(at, "`parameters.scope` is set to 'Cluster'")];
  }
  return namespace === undefined
    ? [required(at, "`parameters.scope` is set to 'Namespace'")]
    : dnsLabelProblems(namespace).map(problem => invalid(at, namespace, problem));
}
