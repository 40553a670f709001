/* SPDX-License-Identifier: GPL-2.0-only */
/* sanitized.h - whether this is a build under the address or the thread sanitizer of gcc or clang.
 *
 * They reserve terabytes of address space, so that no limit on it can be set. */
#ifndef IMPRINT_SANITIZED_H
#define IMPRINT_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IMP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IMP_SANITIZED 1
#endif
#endif
#ifndef IMP_SANITIZED
#define IMP_SANITIZED 0
#endif

#endif
