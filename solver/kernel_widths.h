/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Includes KERNEL_FILE, bodies over vectors of 1 << LANE_BITS entries, once for each width that a path has:
 * AT_WIDTH(name) tells its names apart, vec is its vector. KERNEL_BY_WIDTH (kernels.h) makes kernels of them.
 * This is for passes that are bound by what a vector holds; others do with quads, which every path takes. */

#define LANE_BITS 2
#define AT_WIDTH(name) name##_4
#include KERNEL_FILE
#undef LANE_BITS
#undef AT_WIDTH

#ifdef KERNEL_PATHS
#define LANE_BITS 3
#define AT_WIDTH(name) name##_8
#include KERNEL_FILE
#undef LANE_BITS
#undef AT_WIDTH
#endif

#undef KERNEL_FILE
