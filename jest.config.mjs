/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  cacheDirectory: '.build/jest',
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^groundplan$': '<rootDir>/lib/index.ts',
    '^groundplan/stacks$': '<rootDir>/stacks/index.ts',
    '^groundplan/guard/(.*)$': '<rootDir>/lib/kiro/guard/$1',
    '^groundplan/(.*)$': '<rootDir>/lib/$1/index.ts',
  },
};
