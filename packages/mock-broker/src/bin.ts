#!/usr/bin/env node
import module from 'node:module';

// Node 22.8 and newer keep what they have compiled: most of the time it takes to start. Hence nothing else is imported here.
(module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();
const { main } = await import('./cli/main.ts');
await main(new URL('../package.json', import.meta.url));
