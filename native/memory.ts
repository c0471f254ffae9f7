/** The room of this process's memory as TypeScript sees it; native/addon/memory.cc is its mirror. */
export interface MemoryNative {
  /**
   * Gives the kernel what C and C++ have freed and their allocator keeps, of all threads (malloc_trim(3)). A thread
   * that allocates meanwhile waits, a millisecond for some 5 MB.
   */
  giveBackFreeMemory(): Promise<void>;
}
