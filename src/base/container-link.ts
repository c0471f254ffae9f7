const CONTAINER_LINK = /^(tp[0-9a-f]{6}|docker|cni|br-|veth|virbr|flannel|cali|podman)/;

/** Whether containers hang on this network link, ours or other people's: its address is nobody's way to this machine. */
export const isContainerLink = (name: string): boolean => CONTAINER_LINK.test(name);
