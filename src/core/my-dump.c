/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>

#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* my_thread_dump(): a few threads at a time are looked at under the state lock, where their names are copied, and described when it is
 * free. */

#define N_AT_ONCE 32

/* What is seen of a thread; the strings are copies. */
typedef struct {
  char *name;
  char *group_name; /* or NULL */
  char *target;     /* what it waits for, or NULL */
  MyThreadState state;
  gint native_id;
  guint is_daemon : 1;
  guint is_cancelled : 1;
  guint is_waiting : 1;
  guint is_waiting_for_ever : 1;
} MySight;

static void
look_at_locked (MyThread *thread,
                MySight *sight)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);
  MyWait *wait = priv->waiter.wait;

  sight->name = my_thread_dup_name_locked (thread);
  sight->group_name = priv->kind == MY_KIND_WORKER ? g_strdup (priv->group->name) : NULL;
  sight->state = my_thread_get_state (thread);
  sight->native_id = priv->native_id;
  sight->is_daemon = priv->is_daemon;
  sight->is_cancelled = !!atomic_load_explicit (&priv->waiter.cancelled, memory_order_relaxed);
  sight->is_waiting = wait != NULL;
  sight->is_waiting_for_ever = wait != NULL && wait->unlimited;
  sight->target = my_waiter_dup_target (&priv->waiter);
}

/* Frees the strings. */
static void
describe (MySight *sight,
          GString *text)
{
  static const char *const states[] = { "new", "queued", "running", "succeeded", "failed", "cancelled" };

  g_string_append (text, sight->name);
  g_string_append (text, ": ");
  g_string_append (text, states[sight->state]);
  if (sight->group_name != NULL) {
    g_string_append_printf (text, ", group \"%s\"", sight->group_name);
  }
  if (sight->native_id != 0) {
    g_string_append_printf (text, ", native id %d", sight->native_id);
  }
  if (sight->is_daemon) {
    g_string_append (text, ", daemon");
  }
  if (sight->is_cancelled) {
    g_string_append (text, ", cancelled");
  }
  if (sight->target != NULL) {
    g_string_append_printf (text, ", waits for %s%s", sight->target, sight->is_waiting_for_ever ? "" : ", for some time");
  } else if (sight->is_waiting) {
    g_string_append (text, ", sleeps");
  }
  g_string_append_c (text, '\n');

  g_free (sight->name);
  g_free (sight->group_name);
  g_free (sight->target);
}

/**
 * my_thread_dump:
 *
 * Describes all threads that are alive, as text for a person: one line for each, with the name, the
 * state, and what the thread waits for.
 *
 * First comes the main thread, then the foreign ones, then those in groups. A line has these parts, as far as they apply, and
 * ends with a line feed:
 *
 * ```
 * NAME: queued or running, group "GROUP", native id NUMBER, daemon, cancelled, waits for WHAT, for some time
 * ```
 *
 * In place of `waits for`, a thread in [func@Thread.sleep] has `sleeps`; `for some time` is a wait with a limit. The text is
 * UTF-8. It is not meant to be read by a program: later versions may say more.
 *
 * The threads go on meanwhile. Each line was true at some moment during the call, but not all lines
 * at the same moment.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
my_thread_dump (void)
{
  MyThread *main_object = my_thread_get_main ();
  MyThreadGroup *root = my_thread_group_get_default ();
  GString *text = g_string_new (NULL);
  MySight sights[N_AT_ONCE];
  MyThread *thread;
  MyWalk walk;
  guint n = 0;

  my_state_lock ();
  if (my_registry_has_main_locked ()) {
    look_at_locked (main_object, &sights[n++]);
  }
  my_walk_begin_all_locked (&walk, root, my_registry_get_first_foreign_locked ());
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    look_at_locked (thread, &sights[n++]);
    if (n == N_AT_ONCE) {
      my_state_unlock ();
      for (guint i = 0; i < n; i++) {
        describe (&sights[i], text);
      }
      n = 0;
      my_state_lock ();
    }
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();

  for (guint i = 0; i < n; i++) {
    describe (&sights[i], text);
  }
  return g_string_free (text, FALSE);
}
