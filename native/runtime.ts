/** The runtime room of the addon as TypeScript sees it; native/addon/runtime.cc is its mirror. */
export type RuntimeNative = Record<never, never>;
