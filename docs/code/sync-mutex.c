/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

#define N_ITEMS 3

typedef struct {
  MyMutex mutex;
  MyCond changed;
  int n_items;
  gboolean is_closed;
} Shelf;

static void
put (MyThread *thread,
     gpointer user_data,
     GError **error)
{
  Shelf *shelf = user_data;

  for (int i = 0; i < N_ITEMS; i++) {
    my_mutex_lock (&shelf->mutex);
    shelf->n_items++;
    my_cond_signal (&shelf->changed);
    my_mutex_unlock (&shelf->mutex);
  }

  my_mutex_lock (&shelf->mutex);
  shelf->is_closed = TRUE;
  my_cond_broadcast (&shelf->changed);
  my_mutex_unlock (&shelf->mutex);
}

static int
take_all (Shelf *shelf)
{
  g_autoptr (MyMutexLocker) locker = my_mutex_locker_new (&shelf->mutex);
  int n_taken = 0;

  for (;;) {
    while (shelf->n_items == 0 && !shelf->is_closed)
      my_cond_wait (&shelf->changed, &shelf->mutex);
    if (shelf->n_items == 0)
      return n_taken;
    shelf->n_items--;
    n_taken++;
  }
}

int
main (void)
{
  Shelf shelf = { .mutex = MY_MUTEX_INIT, .changed = MY_COND_INIT };
  g_autoptr (MyThread) thread = my_thread_new ("put", put, &shelf, NULL);

  my_thread_start (thread, NULL);
  g_print ("%d taken\n", take_all (&shelf));
  my_thread_join (thread, NULL);
  return 0;
}
