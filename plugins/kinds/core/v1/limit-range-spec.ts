import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';
import { resourceList } from './resource-list.ts';

export const limitRangeItem = object({
  type: string().zero().doc('What it is about: Pod, Container or PersistentVolumeClaim.').at(1),
  max: resourceList.omitEmpty().doc('The most one may ask for.').at(2),
  min: resourceList.omitEmpty().doc('The least one may ask for.').at(3),
  default: resourceList.omitEmpty().doc('Limits of containers that say none.').at(4),
  defaultRequest: resourceList.omitEmpty().doc('Requests of containers that say none.').at(5),
  maxLimitRequestRatio: resourceList.omitEmpty().doc('How many times its request a limit may be.').at(6),
})
  .named('io.k8s.api.core.v1.LimitRangeItem')
  .doc('Bounds of one kind of thing.');
export type LimitRangeItem = Stored<typeof limitRangeItem>;

export const limitRangeSpec = object({
  limits: list(limitRangeItem).zero().orNull().doc('Bounds, each of one kind of thing.').at(1),
})
  .named('io.k8s.api.core.v1.LimitRangeSpec')
  .doc('What a single pod, container or claim may ask for.');
export type LimitRangeSpec = Stored<typeof limitRangeSpec>;
