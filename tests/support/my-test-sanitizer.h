/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* Which sanitizer a test is built with, in GCC's words and in Clang's: for what one of them cannot do. */

#ifdef __has_feature
#define MY_TEST_HAS_FEATURE(feature) __has_feature (feature)
#else
#define MY_TEST_HAS_FEATURE(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || MY_TEST_HAS_FEATURE(address_sanitizer)
#define MY_TEST_HAS_ADDRESS_SANITIZER 1
#else
#define MY_TEST_HAS_ADDRESS_SANITIZER 0
#endif

#if defined(__SANITIZE_THREAD__) || MY_TEST_HAS_FEATURE(thread_sanitizer)
#define MY_TEST_HAS_THREAD_SANITIZER 1
#else
#define MY_TEST_HAS_THREAD_SANITIZER 0
#endif

#define MY_TEST_HAS_SANITIZER (MY_TEST_HAS_ADDRESS_SANITIZER || MY_TEST_HAS_THREAD_SANITIZER)
