import { int64, object, string } from '../schema/schema.ts';

const shardInfo = object({
  selector: string().doc('Which part of all objects the list has.').at(1),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo')
  .doc('Which part of all objects a list has.');

export const listMeta = object({
  selfLink: string().omitEmpty().doc('No longer filled.').at(1),
  resourceVersion: string().omitEmpty().doc('The revision the list was read at.').at(2),
  continue: string().omitEmpty().doc('Where the next page begins.').at(3),
  remainingItemCount: int64().optional().doc('How many items follow this page.').at(4),
  shardInfo: shardInfo.optional().doc('Which part of all objects it has, where it has a part.').at(5),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta')
  .doc('What all lists share.');
