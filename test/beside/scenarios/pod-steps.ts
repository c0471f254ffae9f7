import { post, type Step } from '../step.ts';

export const PODS = '/api/v1/namespaces/NS/pods';
export const container = { name: 'c', image: 'i' };
export const makePod = (body: unknown, query = ''): Step => post(`${PODS}${query}`, body);
