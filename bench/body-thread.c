/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "body-thread.h"

struct _BodyThread {
  MyThread parent_instance;

  GThreadFunc body;
  gpointer data;
};

G_DEFINE_FINAL_TYPE (BodyThread, body_thread, MY_TYPE_THREAD)

static void
body_thread_run (MyThread *thread,
                 GError **error)
{
  BodyThread *self = BODY_THREAD (thread);

  self->body (self->data);
}

static void
body_thread_class_init (BodyThreadClass *klass)
{
  MY_THREAD_CLASS (klass)->run = body_thread_run;
}

static void
body_thread_init (BodyThread *self)
{
}

BodyThread *
body_thread_new (GThreadFunc body,
                 gpointer data)
{
  BodyThread *self = g_object_new (BODY_TYPE_THREAD, NULL);

  self->body = body;
  self->data = data;

  return self;
}
