/** Paths as apimachinery's field.Path prints them: `spec.containers[0].name`, `data[key]`. */
export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
export const at = (path: string, key: number | string): string => `${path}[${key}]`;
