import "htmx.org";
// The extension registers itself with the global `htmx` that the line above makes.
import "htmx.org/dist/ext/hx-sse.js";
