/** Places in the memory that the execution child's main thread and its control worker share. */
export const sharedWord = {
  /** Number of the last interrupt that the main thread took up in its event loop. */
  interrupt: 0,
  /** 1 while the main thread sleeps until the user has typed something. */
  waitsForInput: 1,
  /** How many of the control worker's orders the main thread is done with. */
  orders: 2,
  /** How many of the control worker's questions for a turn of the event loop it has come to. */
  turns: 3,
} as const;

/** What wakes the main thread: the user's text, or why there is none. */
export type InputReply = { readonly value: string } | { readonly refused: string } | { readonly interrupted: true };
