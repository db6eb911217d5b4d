/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <unistd.h>

#include "fuzz.h"

/* Where calls are made, and who looks on. */

/* the gate */

static GMutex gate_lock;
static GCond gate_opened;
static gboolean gate_is_open; /* under the lock */

void
fuzz_gate_shut (void)
{
  g_mutex_lock (&gate_lock);
  gate_is_open = FALSE;
  g_mutex_unlock (&gate_lock);
}

void
fuzz_gate_open (void)
{
  g_mutex_lock (&gate_lock);
  gate_is_open = TRUE;
  g_cond_broadcast (&gate_opened);
  g_mutex_unlock (&gate_lock);
}

/* A thread that is cancelled passes it, too. */
void
fuzz_gate_wait (MyThread *thread)
{
  g_mutex_lock (&gate_lock);
  while (!gate_is_open && !my_thread_is_cancelled (thread)) {
    g_cond_wait_until (&gate_opened, &gate_lock, g_get_monotonic_time () + 1000);
  }
  g_mutex_unlock (&gate_lock);
}

/* who looks on */

#define LOOK_EVERY 1000 /* microseconds */
#define OPEN_AFTER 8    /* looks, that one call has taken */
#define CANCEL_AFTER 40

static struct {
  GMutex lock;
  /* under the lock */
  FuzzCall *call; /* NULL: there is none */
  MyThread *caller;
  guint n_looks; /* since it was begun */
  gboolean has_cancelled_main;
  gboolean is_over;

  pthread_t id;
  gint native_id; /* atomic */
} watch;

static void *
look_on (void *unused)
{
  gboolean is_over = FALSE;

  g_atomic_int_set (&watch.native_id, (gint) gettid ());
  while (!is_over) {
    g_usleep (LOOK_EVERY);
    g_mutex_lock (&watch.lock);
    is_over = watch.is_over;
    if (watch.call != NULL) {
      watch.n_looks++;
      if (watch.n_looks % OPEN_AFTER == 0) {
        fuzz_gate_open ();
      }
      if (watch.n_looks % CANCEL_AFTER == 0) {
        watch.has_cancelled_main |= watch.caller == my_thread_get_main ();
        my_thread_cancel (watch.caller);
        for (guint i = 0; i < watch.call->threads->len; i++) {
          my_thread_cancel (watch.call->threads->pdata[i]);
        }
      }
    }
    g_mutex_unlock (&watch.lock);
  }
  return NULL;
}

gint
fuzz_watch_begin (void)
{
  g_assert_cmpint (pthread_create (&watch.id, NULL, look_on, NULL), ==, 0);
  while (g_atomic_int_get (&watch.native_id) == 0) {
    g_usleep (50);
  }
  return g_atomic_int_get (&watch.native_id);
}

void
fuzz_watch_end (void)
{
  g_mutex_lock (&watch.lock);
  watch.is_over = TRUE;
  g_mutex_unlock (&watch.lock);
  pthread_join (watch.id, NULL);
}

void
fuzz_watch_enter (FuzzCall *call)
{
  MyThread *caller = my_thread_get_current ();

  g_mutex_lock (&watch.lock);
  watch.call = call;
  watch.caller = caller;
  watch.n_looks = 0;
  g_mutex_unlock (&watch.lock);
}

gboolean
fuzz_watch_leave (void)
{
  gboolean has_cancelled_main;

  g_mutex_lock (&watch.lock);
  watch.call = NULL;
  has_cancelled_main = watch.has_cancelled_main;
  g_mutex_unlock (&watch.lock);
  return has_cancelled_main;
}

/* places */

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
  gint is_over;
  MyThreadPool *pool; /* in a task of it, only */
} Visit;

static __thread Visit *current_visit;

static void
make (Visit *self)
{
  current_visit = self;
  self->func (self->data);
  current_visit = NULL;
  g_atomic_int_set (&self->is_over, TRUE);
  g_main_context_wakeup (NULL);
}

MyThreadPool *
fuzz_place_get_pool (void)
{
  return current_visit != NULL ? current_visit->pool : NULL;
}

static void
make_in_run (MyThread *thread,
             gpointer visit,
             GError **error)
{
  make (visit);
}

static void
make_in_cancelled_run (MyThread *thread,
                       gpointer visit,
                       GError **error)
{
  my_thread_cancel (thread);
  make (visit);
}

static void
make_in_handler (MyThread *thread,
                 gpointer visit)
{
  make (visit);
}

static void
make_in_cancelled (GCancellable *cancellable,
                   gpointer visit)
{
  make (visit);
}

static void *
make_in_foreign (void *visit)
{
  make (visit);
  return NULL;
}

static void
make_in_task (gpointer visit)
{
  make (visit);
}

static void
iterate_until_over (Visit *self)
{
  while (!g_atomic_int_get (&self->is_over)) {
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
visit_run (Visit *self,
           MyThreadFunc func)
{
  MyThreadGroup *group = my_thread_group_new ("place", NULL);
  MyThread *thread = fuzz_thread_new (group, NULL, func, self);

  g_assert_true (my_thread_start (thread, NULL));
  iterate_until_over (self);
  my_thread_join (thread, NULL);
  g_object_unref (thread);
  g_object_unref (group);
}

static void
visit_finished (Visit *self)
{
  MyThread *thread = my_thread_new ("place", NULL, NULL, NULL);

  g_signal_connect (thread, "finished", G_CALLBACK (make_in_handler), self);
  g_assert_true (my_thread_start (thread, NULL));
  iterate_until_over (self);
  g_object_unref (thread);
}

static void
visit_cancelled (Visit *self)
{
  MyThread *thread = my_thread_new ("place", NULL, NULL, NULL);

  g_cancellable_connect (my_thread_get_cancellable (thread), G_CALLBACK (make_in_cancelled), self, NULL);
  my_thread_cancel (thread);
  g_assert_true (self->is_over);
  g_object_unref (thread);
}

static void
visit_destroy (Visit *self)
{
  MyThread *thread = my_thread_new ("place", NULL, self, (GDestroyNotify) make);

  g_assert_true (my_thread_start (thread, NULL));
  g_object_unref (thread);
  iterate_until_over (self);
}

static void
visit_task (Visit *self)
{
  self->pool = my_thread_pool_new ("place", 2);
  g_assert_true (my_thread_pool_push (self->pool, make_in_task, self, NULL));
  iterate_until_over (self);
  my_thread_pool_shutdown (self->pool, MY_SHUTDOWN_DRAIN, NULL);
  g_object_unref (self->pool);
}

static void
visit_foreign (Visit *self)
{
  pthread_t id;

  g_assert_cmpint (pthread_create (&id, NULL, make_in_foreign, self), ==, 0);
  iterate_until_over (self);
  pthread_join (id, NULL);
}

void
fuzz_place_visit (FuzzPlace place,
                  void (*func) (gpointer data),
                  gpointer data)
{
  Visit self = { .func = func, .data = data };

  switch (place) {
  case FUZZ_IN_RUN:
    visit_run (&self, make_in_run);
    break;
  case FUZZ_IN_CANCELLED_RUN:
    visit_run (&self, make_in_cancelled_run);
    break;
  case FUZZ_IN_TASK:
    visit_task (&self);
    break;
  case FUZZ_IN_FINISHED:
    visit_finished (&self);
    break;
  case FUZZ_IN_CANCELLED:
    visit_cancelled (&self);
    break;
  case FUZZ_IN_DESTROY:
    visit_destroy (&self);
    break;
  case FUZZ_IN_FOREIGN:
    visit_foreign (&self);
    break;
  case FUZZ_IN_MAIN:
  case FUZZ_N_PLACES:
  default:
    make (&self);
    break;
  }
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

const char *
fuzz_place_get_name (FuzzPlace place)
{
  static const char *const names[FUZZ_N_PLACES] = {
    "in main()",
    "in run()",
    "in run(), cancelled",
    "in a task",
    "in a handler of finished",
    "in a callback of cancelled",
    "in a destroy notify",
    "in a foreign thread",
  };

  return names[place];
}
