import { boolean, int64, json, list, listMap, listSet, map, object, string, time } from '../schema/schema.ts';

export const ownerReference = object({
  apiVersion: string().zero().doc('Group and version of the owner.').at(5),
  kind: string().zero().doc('Kind of the owner.').at(1),
  name: string().zero().doc('Name of the owner.').at(3),
  uid: string().zero().doc('UID of the owner.').at(4),
  controller: boolean().optional().doc('The owner is the one that manages this object.').at(6),
  blockOwnerDeletion: boolean().optional().doc('A foreground delete of the owner waits for this object.').at(7),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference')
  .listedByProps()
  .atomic()
  .doc('An object this one depends on.');

export const managedFieldsEntry = object({
  manager: string().omitEmpty().doc('Who set them.').at(1),
  operation: string().omitEmpty().doc('How: Apply or Update.').at(2),
  apiVersion: string().omitEmpty().doc('Version the fields are written in.').at(3),
  time: time().optional().doc('When they were set last.').at(4),
  fieldsType: string().omitEmpty().doc('Format of fieldsV1.').at(6),
  fieldsV1: json().named('io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1').optional().doc('The set of fields.').at(7),
  subresource: string().omitEmpty().doc('Subresource they were set through.').at(8),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry')
  .doc('Fields that one manager set.');

export const objectMeta = object({
  name: string().omitEmpty().doc('Unique among objects of the kind within a namespace; cannot change.').at(1),
  generateName: string().omitEmpty().doc('Prefix of a name that the server completes when none is given.').at(2),
  namespace: string().omitEmpty().doc('Scope of the name; cannot change.').at(3),
  selfLink: string().omitEmpty().doc('No longer filled.').at(4),
  uid: string().omitEmpty().doc('Unique in time and space, given by the server.').at(5),
  resourceVersion: string().omitEmpty().doc('Changes at every write; for comparing and for watches.').at(6),
  generation: int64().omitEmpty().doc('Counts the changes of what is wanted.').at(7),
  // Clients look for the first words.
  creationTimestamp: time()
    .omitEmpty()
    .doc('CreationTimestamp is a timestamp: when the server stored the object first.')
    .at(8),
  deletionTimestamp: time().optional().doc('When the object is to be gone; set by a graceful delete.').at(9),
  deletionGracePeriodSeconds: int64().optional().doc('Seconds the object was given to end.').at(10),
  labels: map(string()).omitEmpty().doc('Keys and values to select objects by.').at(11),
  annotations: map(string()).omitEmpty().doc('Keys and values of tools, of any content.').at(12),
  ownerReferences: listMap(ownerReference, 'uid')
    .omitEmpty()
    .doc('Objects without which this one is collected.')
    .at(13),
  finalizers: listSet(string()).omitEmpty().doc('Who has work to do before the object may go.').at(14),
  managedFields: list(managedFieldsEntry).omitEmpty().doc('Who set which fields.').at(17),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')
  .doc('What all objects share.');
