/**
 * Who asks for changes since an instant looks back this much further: clocks of two processes differ,
 * and commits come later than their times, by less.
 */
export const overlapSeconds = 120;
