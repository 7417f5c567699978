/** Builds the public site into `apps/web/dist`; in development `/api` and `/login` go to a running server. */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { behindPaint } from './behind-paint.js';
import { compressed } from './compressed.js';
import { docs } from './docs.js';

const api = process.env['TOPIARY_URL'] ?? 'http://127.0.0.1:3000';

/** Runs networks in a page; loaded when somebody wants to try one. */
const runtime = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');

export default defineConfig({
  root: import.meta.dirname,
  define: { RUNTIME_BYTES: String(statSync(runtime).size) },
  plugins: [react(), docs(), compressed(), behindPaint()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    // the server names in each page what its screen will need
    manifest: true,
    // Every page names its chunks in the first script; names that say what they are cost 600 bytes of it.
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[hash:7].js',
        chunkFileNames: 'assets/[hash:7].js',
        // a board asks for 23 files instead of 34 and 5 KB more: what half a dozen screens share comes in one
        codeSplitting: { groups: [{ name: 'shared', test: /apps.web.src/, minShareCount: 6 }] },
      },
    },
  },
  server: { proxy: { '/api': api, '/login': api, '/openapi.json': api } },
});
