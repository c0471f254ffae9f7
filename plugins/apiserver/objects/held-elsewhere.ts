/** Another object holds what one of a cluster may have; nothing was written. */
export class HeldElsewhere extends Error {
  readonly code = 'HeldElsewhere';
  /** At which the other took it. */
  readonly revision: number;
  constructor(revision: number) {
    super('another object holds what was claimed');
    this.name = 'HeldElsewhere';
    this.revision = revision;
  }
}
