import { defineConfig } from "vite";

// Scripts and one stylesheet with fixed names: the server adds a hash of their content to their addresses.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../src/headrace/ui/static/build",
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      // The editor is a script of its own: no other page loads it.
      input: { app: "src/main.ts", builder: "src/builder/main.ts", "streams-worker": "src/streams-worker.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith(".css")) ? "app.css" : "[name][extname]"),
      },
    },
  },
});
