/** Of what is read for one answer, so many are asked for at a time. */
export const readsAtOnceMax = 16;
