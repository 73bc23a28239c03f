export { Graph, type QualifiedAddress } from './graph';
export { SynthesizedEnvironment, type SynthesizedRelease, synthEnvironment } from './synth-environment';
