/** A value as Go prints it; an object or list as its JSON. */
export const textOfValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
