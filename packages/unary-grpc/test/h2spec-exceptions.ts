/** Cases of h2spec that the server answers otherwise, each with the reason. None is the goal. */
export const h2specExceptions: readonly { readonly name: string; readonly why: string }[] = [];
