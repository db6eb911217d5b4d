/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define BODY_TYPE_THREAD (body_thread_get_type ())

G_DECLARE_FINAL_TYPE (BodyThread, body_thread, BODY, THREAD, MyThread)

/* A subclass as a user writes it: its run() calls @body. */
BodyThread *body_thread_new (GThreadFunc body,
                             gpointer data);

G_END_DECLS
