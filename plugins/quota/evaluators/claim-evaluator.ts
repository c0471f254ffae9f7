import type { AnyObject } from '../../../src/api/object-meta.ts';
import { compareQuantities, readQuantity, type Quantity } from '../../../src/base/quantity.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { storageClassOf } from '../../kinds/core/v1/storage-class-of.ts';
import { ONE, type Amounts } from '../amounts.ts';
import { countName } from './count-evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import { selectsScopeValues } from './selects-scope-values.ts';

const COUNT = countName('persistentvolumeclaims');
const NAMES = ['persistentvolumeclaims', 'requests.storage'] as const;
const ofClass = (name: string, what: string): string => `${name}.storageclass.storage.k8s.io/${what}`;

export const claimEvaluator: Evaluator = {
  resource: 'persistentvolumeclaims',
  concerns: ({ subresource, object, oldObject }) =>
    subresource === '' || (subresource === 'status' && oldObject !== undefined && differs(object, oldObject)),
  counts: name => name === COUNT || NAMES.some(what => name === what || name.endsWith(ofClass('', what))),
  isWithin: (scope, object) =>
    scope.scopeName === 'VolumeAttributesClass' &&
    selectsScopeValues(scope, attributesClasses(object as PersistentVolumeClaim)),
  usage: object => usageOf(object as PersistentVolumeClaim),
  hasChanged: differs,
};

function usageOf(claim: PersistentVolumeClaim): Amounts {
  const storageClass = storageClassOf(claim);
  const storage = storageOf(claim);
  const amounts = new Map([
    [COUNT, ONE],
    ['persistentvolumeclaims', ONE],
  ]);
  if (storage !== undefined) amounts.set('requests.storage', storage);
  if (storageClass === '') return amounts;
  amounts.set(ofClass(storageClass, 'persistentvolumeclaims'), ONE);
  if (storage !== undefined) amounts.set(ofClass(storageClass, 'requests.storage'), storage);
  return amounts;
}

/** In whole bytes; what was set aside counts while it is more than what is asked for. */
function storageOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = readQuantity(spec.resources.requests?.['storage']);
  const allocated = readQuantity(status.allocatedResources?.['storage']);
  if (asked === undefined) return undefined;
  return wholeBytes(allocated !== undefined && compareQuantities(allocated, asked) > 0 ? allocated : asked);
}

const wholeBytes = ({ nano, format }: Quantity): Quantity => {
  const rest = nano % ONE.nano;
  return { nano: rest === 0n ? nano : nano - rest + ONE.nano, format };
};

function differs(now: AnyObject, before: AnyObject): boolean {
  const [a, b] = [now, before] as [PersistentVolumeClaim, PersistentVolumeClaim];
  if (storageOf(a)?.nano !== storageOf(b)?.nano) return true;
  const [classes, others] = [attributesClasses(a), attributesClasses(b)];
  return classes.size !== others.size || [...classes].some(name => !others.has(name));
}

/** Those it has, is to have, or is on the way to. */
function attributesClasses({ spec, status }: PersistentVolumeClaim): ReadonlySet<string> {
  const names = [
    spec.volumeAttributesClassName,
    status.currentVolumeAttributesClassName,
    status.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return new Set(names.flatMap(name => (name === undefined || name === '' ? [] : [name])));
}
