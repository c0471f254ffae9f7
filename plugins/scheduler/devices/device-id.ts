/** By which a device is told from all others. */
export const deviceId = (driver: string, pool: string, device: string): string => `${driver}/${pool}/${device}`;
