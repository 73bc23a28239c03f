export { dev } from './dev';
export { prod } from './prod';
export { staging } from './staging';
