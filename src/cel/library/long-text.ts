import { CelError } from '../cel-value.ts';

/** Longer ones no expression makes, in UTF-16 units or bytes: far more than any object holds. */
export const MAX_TEXT = 2 ** 24;
export const TOO_LONG = new CelError('result is too long');
