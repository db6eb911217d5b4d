/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * cancellation: how a thread can end, and how to tell.
 */

#include <mythread.h>

/* Fails by itself. */
static void
parse (MyThread *thread,
       gpointer user_data,
       GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "line 3 is not a number");
}

/* Waits: a wait of the library ends when the thread is cancelled. */
static void
wait (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  my_thread_sleep (-1, error);
}

/* Calculates: it has to look. */
static void
calculate (MyThread *thread,
           gpointer user_data,
           GError **error)
{
  while (!my_thread_set_error_if_cancelled (thread, error))
    continue;
}

/* Calls GIO, which is given the thread's cancellable. */
static void
connect (MyThread *thread,
         gpointer user_data,
         GError **error)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  if (g_socket_listener_add_any_inet_port (listener, NULL, error) == 0)
    return;

  connection = g_socket_listener_accept (listener, NULL, my_thread_get_cancellable (thread), error);
  if (connection != NULL)
    g_print ("somebody has called\n");
}

/* Was asked to stop, but had something better to do. */
static void
insist (MyThread *thread,
        gpointer user_data,
        GError **error)
{
  my_thread_sleep (-1, NULL);
}

static void
print_end (MyThread *thread)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (MY_TYPE_THREAD_STATE);
  g_autofree char *name = my_thread_dup_name (thread);
  g_autoptr (GError) error = NULL;

  my_thread_join (thread, &error);
  g_print ("%s: %s%s%s\n", name, g_enum_get_value (states, my_thread_get_state (thread))->value_nick,
           error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? ", " : "",
           error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? error->message : "");
}

static void
on_started (MyThread *thread,
            gboolean *has_started)
{
  *has_started = TRUE;
}

static void
try (const char *name,
     MyThreadFunc func,
     gboolean is_cancelled)
{
  g_autoptr (MyThread) thread = my_thread_new (name, func, NULL, NULL);
  g_autoptr (GError) error = NULL;
  gboolean has_started = FALSE;

  g_signal_connect (thread, "started", G_CALLBACK (on_started), &has_started);
  if (!my_thread_start (thread, &error)) {
    g_print ("%s: %s\n", name, error->message);
    return;
  }
  if (is_cancelled) {
    /* One that is cancelled before it has begun is not run at all. */
    while (!has_started)
      g_main_context_iteration (NULL, TRUE);
    my_thread_cancel (thread);
  }
  print_end (thread);
}

int
main (void)
{
  g_autoptr (MyThread) early = my_thread_new ("cancelled before its start", calculate, NULL, NULL);

  try ("one that fails", parse, FALSE);
  try ("one that waits", wait, TRUE);
  try ("one that calculates", calculate, TRUE);
  try ("one that calls GIO", connect, TRUE);
  try ("one that does not care", insist, TRUE);

  my_thread_cancel (early);
  if (my_thread_start (early, NULL))
    print_end (early);
  return 0;
}
