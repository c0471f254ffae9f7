import type { Resource } from '../../../src/api/resource.ts';
import { defineController, reads, type Controller } from '../../../src/sdk/controller.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { typeOfKind } from './type-of-kind.ts';
import { typeWarnings } from './type-warnings.ts';

/** Says in the status of policies what the types of the kinds they name tell against their expressions. */
export const typeCheckingController = (served: readonly Resource[]): Controller =>
  defineController({
    name: 'validatingadmissionpolicy-status-controller',
    primary: ValidatingAdmissionPolicy,
    reads: [reads(CustomResourceDefinition)],
    writes: [ValidatingAdmissionPolicy.canOn('status', 'get', 'patch', 'update')],
    concerns: ({ metadata, status }) => (metadata.generation ?? 0) > (status.observedGeneration ?? 0),

    async reconcile({ object: { metadata, spec, status }, caches }) {
      const definitions = caches.of(CustomResourceDefinition);
      const warnings = typeWarnings(spec, served, kind => typeOfKind(kind, name => definitions.get(name)));
      return {
        status: {
          ...status,
          observedGeneration: metadata.generation ?? 0,
          typeChecking: warnings.length === 0 ? {} : { expressionWarnings: warnings },
        },
      };
    },
  });
