export { type ExitCode, exitCodes } from './context';
export type { MainProgram } from './main-program';
export { run, type Surroundings } from './run';
