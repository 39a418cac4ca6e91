// Made of index.css by scripts/build-extension.mjs.
import '../lib/style.js';
