/**
 * glibc learns from large blocks that come and go to keep freed memory, up to 64 MiB of it (mallopt(3),
 * M_TRIM_THRESHOLD); V8's optimizing compiler makes and frees many. A threshold of our own (glibc's first one, in
 * bytes) ends the learning. Other systems do not know the name. Not for the process of the cells: it makes large typed
 * arrays slower.
 */
export const allocation = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

/**
 * MiB for young objects. What Node 24 gives them by itself costs 100 MiB in the end, and checks are hardly faster. Node
 * 20 and 22 give less, and would refuse a snapshot made without the option.
 */
export const youngObjects = Number.parseInt(process.versions.node) >= 24 ? ['--max-semi-space-size=8'] : [];
