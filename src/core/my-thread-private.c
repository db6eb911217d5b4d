/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-thread-private.h"

gint my_thread_private_offset;
guint64 my_start_serial;
guint64 my_end_serial;
guint my_group_n_alive_members;
