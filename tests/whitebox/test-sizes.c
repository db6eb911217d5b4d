/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"

/* The figures of docs/internals.md, "What an idle MyThread costs". Whoever changes them says so there. */

static void
test_thread (void)
{
  GTypeQuery query;

  if (GLIB_SIZEOF_VOID_P != 8) {
    g_test_skip ("The figures are those of 64-bit systems");
    return;
  }

  g_type_query (MY_TYPE_THREAD, &query);
  g_assert_cmpuint (query.instance_size, ==, 24);
  g_assert_cmpuint (sizeof (MyThreadPrivate), ==, 392);
  g_assert_cmpuint (sizeof (MyThreadGroup), ==, 480);
}

/* What is made only when somebody needs it. */
static void
test_idle (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  MyThreadPrivate *priv = my_thread_get_private (thread);

  g_assert_null (priv->name);
  g_assert_null (priv->status);
  g_assert_null (priv->cancellable);
  g_assert_null (priv->result);
  g_assert_null (priv->failure);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_null (priv->name);
  g_assert_null (priv->cancellable);
  g_assert_null (priv->result);
  g_assert_null (priv->failure);
  g_assert_null (priv->group->shown);
  g_object_unref (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sizes/thread", test_thread);
  g_test_add_func ("/sizes/idle", test_idle);
  return g_test_run ();
}
