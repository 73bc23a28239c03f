export { dev } from './dev';
export { prod } from './prod';
export { services } from './services';
export { staging } from './staging';
