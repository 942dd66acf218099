export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  globalSetup: './__tests__/setup/seed.ts',
  setupFiles: ['./__tests__/setup/properties.ts'],
  testMatch: ['**/__tests__/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  coverageProvider: 'v8',
  testTimeout: 30_000,
  // Scenarios wait for processes and sockets more than they compute, so every core gets a worker.
  maxWorkers: '100%',
};
