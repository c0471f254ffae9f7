/** The watchdog's room of the addon as TypeScript sees it; native/addon/watchdog.cc is its mirror. */
export interface WatchdogNative {
  /**
   * Starts a thread that asks the event loop for a sign of life each tenth of `stallSeconds`. Once ten in a row
   * went unanswered it writes where JavaScript stands to `reportPath`, one frame `function (file:line:column)` a
   * line, and starts the process anew as `restartInPlace` does. One per process.
   */
  startWatchdog(options: { readonly stallSeconds: number; readonly reportPath: string }): { stop(): void };
  /**
   * Replaces this process by a fresh one of the same command line (execve(2)): same pid, standard streams kept,
   * every other descriptor closed. Ends the process with exit code 75 where the kernel refuses.
   */
  restartInPlace(): never;
}
