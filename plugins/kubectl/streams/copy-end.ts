/** One end of a copy: a path here, or in a pod. */
export interface CopyEnd {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}
