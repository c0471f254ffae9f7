import { boolean, int64, json, list, listMap, listSet, map, object, string, time } from '../schema/schema.ts';

export const ownerReference = object({
  apiVersion: string().zero().at(5),
  kind: string().zero().at(1),
  name: string().zero().at(3),
  uid: string().zero().at(4),
  controller: boolean().optional().at(6),
  blockOwnerDeletion: boolean().optional().at(7),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference')
  .atomic();

export const managedFieldsEntry = object({
  manager: string().omitEmpty().at(1),
  operation: string().omitEmpty().at(2),
  apiVersion: string().omitEmpty().at(3),
  time: time().optional().at(4),
  fieldsType: string().omitEmpty().at(6),
  fieldsV1: json().optional().at(7),
  subresource: string().omitEmpty().at(8),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry');

export const objectMeta = object({
  name: string().omitEmpty().at(1),
  generateName: string().omitEmpty().at(2),
  namespace: string().omitEmpty().at(3),
  selfLink: string().omitEmpty().at(4),
  uid: string().omitEmpty().at(5),
  resourceVersion: string().omitEmpty().at(6),
  generation: int64().omitEmpty().at(7),
  creationTimestamp: time().omitEmpty().at(8),
  deletionTimestamp: time().optional().at(9),
  deletionGracePeriodSeconds: int64().optional().at(10),
  labels: map(string()).omitEmpty().at(11),
  annotations: map(string()).omitEmpty().at(12),
  ownerReferences: listMap(ownerReference, 'uid').omitEmpty().at(13),
  finalizers: listSet(string()).omitEmpty().at(14),
  managedFields: list(managedFieldsEntry).omitEmpty().at(17),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
