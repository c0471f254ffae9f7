/** The signers of this cluster; https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ */
export const API_CLIENT = 'kubernetes.io/kube-apiserver-client';
export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';
