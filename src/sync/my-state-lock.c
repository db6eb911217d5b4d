/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-state-lock-private.h"

/* Adaptive: a section is shorter than a context switch, so a short spin beats sleeping. */
pthread_mutex_t my_state_mutex = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
