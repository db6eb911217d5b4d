/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-enums.h>

G_DEFINE_ENUM_TYPE (MyThreadState, my_thread_state,
                    G_DEFINE_ENUM_VALUE (MY_THREAD_STATE_NEW, "new"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_STATE_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_STATE_SUCCEEDED, "succeeded"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_STATE_CANCELLED, "cancelled"))

G_DEFINE_ENUM_TYPE (MyShutdownMode, my_shutdown_mode,
                    G_DEFINE_ENUM_VALUE (MY_SHUTDOWN_DRAIN, "drain"),
                    G_DEFINE_ENUM_VALUE (MY_SHUTDOWN_CANCEL, "cancel"))
