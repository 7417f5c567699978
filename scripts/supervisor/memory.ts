/**
 * How much memory our processes may leave unused: what Node and glibc are told at their start. The images give Node the same,
 * and the compose file glibc.
 */

/** A worker waits for its child, which computes: it needs no room for much that lives briefly (MB). */
export const WORKER_FLAGS = ['--max-semi-space-size=2'];

/** Requests leave little behind each; Node's own 16 MB, three times, would stand empty most of the time. */
export const API_FLAGS = ['--max-semi-space-size=8'];

/**
 * Of glibc's allocator: pages and what compresses them come and go by hundreds of kilobytes. From so many bytes on each is given
 * back to the system when it goes; left to itself the limit rises to megabytes, and the holes between them are kept.
 */
export const API_MEMORY = { MALLOC_MMAP_THRESHOLD_: '131072' };
