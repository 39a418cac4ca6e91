/**
 * Environment of the kernel's processes. glibc learns from large blocks that come and go to keep freed memory, up to 64 MiB of it (mallopt(3),
 * M_TRIM_THRESHOLD); V8's optimizing compiler makes and frees many, and so does a flood of output. A threshold of our own (glibc's first one, in
 * bytes) ends the learning. Other systems do not know the name.
 */
export const allocation = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };
