import { forbiddenError } from '../../src/api/status-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { parseQuantity } from '../../src/base/quantity.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import { admissionFor, type AdmissionPlugin } from '../apiserver/contract.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { CLASS_ANNOTATION, storageClassOf } from '../kinds/core/v1/storage-class-of.ts';
import { isDefaultClass, type StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';
const ATTRIBUTES_FINALIZER = 'kubernetes.io/vac-protection';

/** What upstream's StorageObjectInUseProtection, DefaultStorageClass and PersistentVolumeClaimResize do. */
export const storageAdmission = (classes: Cache<StorageClass>): readonly AdmissionPlugin[] => [
  admissionFor(PersistentVolumeClaim, {
    name: 'StorageObjectInUseProtection',
    order: 100,
    operations: ['CREATE'],
    mutate: claim => withFinalizer(claim, CLAIM_FINALIZER),
  }),
  admissionFor(PersistentVolume, {
    name: 'StorageObjectInUseProtection',
    order: 100,
    operations: ['CREATE'],
    mutate: volume => withFinalizer(volume, VOLUME_FINALIZER),
  }),
  admissionFor(VolumeAttributesClass, {
    name: 'StorageObjectInUseProtection',
    order: 100,
    operations: ['CREATE'],
    mutate: attributes => withFinalizer(attributes, ATTRIBUTES_FINALIZER),
  }),
  admissionFor(PersistentVolumeClaim, {
    name: 'DefaultStorageClass',
    order: 200,
    operations: ['CREATE'],
    async mutate(claim) {
      if (claim.spec.storageClassName !== undefined || hasAnnotation(claim)) return claim;
      await classes.synced;
      const chosen = defaultClass(classes.list());
      return chosen === undefined
        ? claim
        : { ...claim, spec: { ...claim.spec, storageClassName: chosen.metadata.name } };
    },
  }),
  admissionFor(PersistentVolumeClaim, {
    name: 'PersistentVolumeClaimResize',
    order: 300,
    operations: ['UPDATE'],
    async validate(claim, { oldObject, name }) {
      const old = oldObject as PersistentVolumeClaim;
      if (requestOf(claim) <= requestOf(old)) return;
      if (old.status.phase !== 'Bound') {
        throw forbiddenError(PersistentVolumeClaim, name, 'Only bound persistent volume claims can be expanded');
      }
      await classes.synced;
      if (classes.get(storageClassOf(claim))?.allowVolumeExpansion === true) return;
      const detail =
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
      throw forbiddenError(PersistentVolumeClaim, name, detail);
    },
  }),
];

/** The newest of several, so that one that is added takes over. */
export function defaultClass(classes: readonly StorageClass[]): StorageClass | undefined {
  return classes
    .filter(isDefaultClass)
    .toSorted(
      (a, b) =>
        b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp) ||
        a.metadata.name.localeCompare(b.metadata.name),
    )[0];
}

const hasAnnotation = ({ metadata }: AnyObject): boolean => metadata.annotations?.[CLASS_ANNOTATION] !== undefined;

function withFinalizer<T extends AnyObject>(object: T, finalizer: string): T {
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}

const requestOf = ({ spec }: PersistentVolumeClaim): bigint =>
  parseQuantity(spec.resources.requests?.['storage'] ?? '0').nano;
