/** As services and EndpointSlices say it. */
export type Family = 'IPv4' | 'IPv6';

/** Of an address or a range, which was validated as one. */
export const ipFamilyOf = (text: string): Family => (text.includes(':') ? 'IPv6' : 'IPv4');
