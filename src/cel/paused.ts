/** Thrown through an evaluation that rests, and caught where it is run: it goes on from there when it is asked to. */
export class Paused extends Error {
  readonly code = 'Paused';

  constructor() {
    super('the evaluation rests');
    this.name = 'Paused';
  }
}
