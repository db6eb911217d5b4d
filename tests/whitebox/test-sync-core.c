/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "my-test-patience.h"
#include "sync/my-sync-core-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-spot-private.h"

/* What the objects are made of, where no public function leads to. */

static MySyncCore core = { .label = { .kind = "thing" } };
static gint is_inside; /* atomic */
static gint may_leave; /* atomic */

static void
run_inside (MyThread *thread,
            gpointer unused,
            GError **error)
{
  MyWaiter *waiter = my_sync_core_enter (&core);

  g_atomic_int_set (&is_inside, TRUE);
  while (!g_atomic_int_get (&may_leave)) {
    g_thread_yield ();
  }
  my_sync_core_leave (&core, waiter);
}

static gboolean
has_entered (gpointer unused)
{
  return g_atomic_int_get (&is_inside);
}

/* A thread is inside when the process forks. */
static void
test_fork (void)
{
  MyThread *thread = my_thread_new (NULL, run_inside, NULL, NULL);
  pid_t child;
  int status;

  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (has_entered, NULL);
  child = fork ();
  if (child == 0) {
    for (guint i = 0; i < 2; i++) {
      MyWaiter *waiter = my_sync_core_enter (&core);

      my_sync_core_leave (&core, waiter);
    }
    _exit (0);
  }
  status = my_test_wait_for_child (child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_atomic_int_set (&may_leave, TRUE);
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
}

/* Many addresses have spots of their own, and leave none behind. */
static void
test_spots (void)
{
  static char addresses[8 * 1000];
  MyWaitSpot *spots[1000];

  my_state_lock ();
  for (guint turn = 0; turn < 2; turn++) {
    for (guint i = 0; i < G_N_ELEMENTS (spots); i++) {
      spots[i] = my_wait_spot_enter (&addresses[8 * i]);
      g_assert_true (my_wait_spot_enter (&addresses[8 * i]) == spots[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS (spots); i++) {
      g_assert_true (my_wait_spot_find (&addresses[8 * i]) == spots[i]);
      g_assert_false (my_wait_spot_leave (spots[i]));
      g_assert_true (my_wait_spot_find (&addresses[8 * i]) == spots[i]);
      g_assert_true (my_wait_spot_leave (spots[i]));
      g_assert_null (my_wait_spot_find (&addresses[8 * i]));
    }
  }
  my_state_unlock ();
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-core/fork", test_fork);
  g_test_add_func ("/sync-core/spots", test_spots);
  return g_test_run ();
}
