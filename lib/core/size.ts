/** How much of the cluster a component may take; the environment chooses one for the whole platform. */
export type Size = 'small' | 'medium' | 'large';

export const sizes: readonly Size[] = ['small', 'medium', 'large'];

/** One setting per size. */
export type Sized<T> = Readonly<Record<Size, T>>;
