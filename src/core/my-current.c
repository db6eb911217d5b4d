/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-current-private.h"

MY_THREAD_LOCAL MyThread *my_current;
MY_THREAD_LOCAL guint my_current_n_helped;
