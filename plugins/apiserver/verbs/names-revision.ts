/** Whether a body says which revision it was made from; 0, as upstream reads it, is none. */
export const namesRevision = (resourceVersion: string | undefined): boolean => /[^0]/.test(resourceVersion ?? '');
