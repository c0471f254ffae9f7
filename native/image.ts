/** The image room of the addon as TypeScript sees it; native/addon/image.cc is its mirror. */
export type ImageNative = Record<never, never>;
