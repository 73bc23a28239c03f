const prefix = 'external-dns.alpha.kubernetes.io/';

/** The annotation with which a Service asks external-dns for a record; the prefix is told to external-dns as well. */
export const hostnameAnnotation = { prefix, key: `${prefix}hostname` } as const;
