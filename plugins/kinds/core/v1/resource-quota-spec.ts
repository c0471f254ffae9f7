import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';
import { resourceList } from './resource-list.ts';

const SCOPES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
] as const;

export const scopedResourceSelectorRequirement = object({
  scopeName: string()
    .choices(...SCOPES)
    .zero()
    .doc('The scope that is meant.')
    .at(1),
  operator: string()
    .choices('DoesNotExist', 'Exists', 'In', 'NotIn')
    .zero()
    .doc('In, NotIn, Exists or DoesNotExist.')
    .at(2),
  values: list(string()).omitEmpty().doc('Values of the scope that count.').at(3),
})
  .named('io.k8s.api.core.v1.ScopedResourceSelectorRequirement')
  .doc('One condition on what is counted.');
export type ScopedResourceSelectorRequirement = Stored<typeof scopedResourceSelectorRequirement>;

export const scopeSelector = object({
  matchExpressions: list(scopedResourceSelectorRequirement)
    .omitEmpty()
    .doc('Conditions of which all have to hold.')
    .at(1),
})
  .named('io.k8s.api.core.v1.ScopeSelector')
  .atomic()
  .doc('Which objects are counted.');
export type ScopeSelector = Stored<typeof scopeSelector>;

export const resourceQuotaSpec = object({
  hard: resourceList.omitEmpty().doc('The most that all objects together may have of each resource.').at(1),
  scopes: list(string().choices(...SCOPES))
    .omitEmpty()
    .doc('Which objects are counted: those that all of these hold for.')
    .at(2),
  scopeSelector: scopeSelector.optional().doc('Which objects are counted, by values of scopes too.').at(3),
})
  .named('io.k8s.api.core.v1.ResourceQuotaSpec')
  .doc('What the objects of a namespace may use together.');
export type ResourceQuotaSpec = Stored<typeof resourceQuotaSpec>;

export const resourceQuotaStatus = object({
  hard: resourceList.omitEmpty().doc('The limits that are enforced.').at(1),
  used: resourceList.omitEmpty().doc('What is used now.').at(2),
})
  .named('io.k8s.api.core.v1.ResourceQuotaStatus')
  .doc('What is enforced, and how much of it is used.');
export type ResourceQuotaStatus = Stored<typeof resourceQuotaStatus>;
