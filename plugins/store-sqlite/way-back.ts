/** What is said to whoever meets a damaged store. */
export const WAY_BACK = 'Go back to a snapshot with: tiphys snapshot restore FILE';
