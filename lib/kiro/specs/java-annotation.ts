import type { Facts } from './facts';

/** The annotation that has a Java pod instrumented, as a line of YAML: the handover names the key, its value is the value. */
export function javaAnnotation(facts: Facts): string {
  const found = facts.component('instrumentation')?.handovers.find(({ name }) => name.startsWith('annotation '));
  return found
    ? `${found.name.slice('annotation '.length)}: ${found.value}`
    : 'instrumentation.opentelemetry.io/inject-java';
}
