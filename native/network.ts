/** The network room of the addon as TypeScript sees it; native/addon/network.cc is its mirror. */
export type NetworkNative = Record<never, never>;
