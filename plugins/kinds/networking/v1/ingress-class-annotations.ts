/** How an ingress named its class before it had a field for that. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Of a class: ingresses that name none are of this one. */
export const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';
