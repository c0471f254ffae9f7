/** Something else already has the name that a template or revision hashes to. */
export class HashCollision extends Error {
  readonly code = 'HashCollision';
}
