/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-registry-private.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-process-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* Who the calling OS thread is, and the list of all threads.
 *
 * Threads that the library started are in the lists of their groups; this file has those that are in no group: the
 * main thread, and the foreign ones that have asked who they are.
 */

/* In microseconds. */
#define IDLE_TIME_AFTER_MAIN 10000

static _Atomic (MyThread *) main_thread; /* a reference; published once with release, in a child again */
static atomic_ulong main_ident;          /* pthread_self() of the main thread; 0: it was not here yet */
static gboolean main_has_ended;          /* [state] by pthread_exit() */
static MyThreadList foreign_threads;     /* [state] */

/* Tells when an OS thread that is not the library's ends. Its value: the foreign thread, or, on the main thread, something. Made
 * when the library is loaded, since a process has but 1024 keys; the thread that needs it looks at `key_error`. */
static pthread_key_t key;
static int key_error; /* const once loaded */

static MyProcessHandler main_end_handlers[2]; /* const once loaded */

/* A foreign OS thread ends. */
static void
release_foreign (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyAfter after = MY_AFTER_INIT;
  int cancel_state = PTHREAD_CANCEL_ENABLE;
  gboolean is_known;

  my_life_end_holds (self);
  my_current = NULL;
  /* To wake a main loop is a cancellation point. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);

  my_state_lock ();
  my_walk_pass_thread_locked (self);
  my_thread_list_remove (&foreign_threads, self);
  /* If nobody else has a reference, nobody can get one now, and it goes here and now; otherwise its end is delivered
   * as any other thread's. */
  is_known = g_atomic_int_get (&G_OBJECT (self)->ref_count) > 1 ||
             (atomic_load_explicit (&priv->pending, memory_order_acquire) & MY_CHANGE_LINKED);
  if (is_known) {
    my_life_end_locked (self, MY_PHASE_SUCCEEDED, NULL, &after);
  } else {
    /* For a thread that has a weak reference: it may get another one yet. */
    my_phase_end (priv, MY_PHASE_SUCCEEDED);
  }
  my_state_unlock ();

  my_after_run (&after);
  if (!is_known) {
    g_object_unref (self);
  }
  pthread_setcancelstate (cancel_state, NULL);
}

/* Has @handler called when the main thread has ended. In a constructor. */
void
my_registry_watch_main_end (MyProcessHandler handler)
{
  my_process_handlers_add (main_end_handlers, G_N_ELEMENTS (main_end_handlers), handler);
}

/* The main thread has called pthread_exit(): the process lives as long as another thread does. */
static void
end_main (void)
{
  MyAfter after = MY_AFTER_INIT;
  MyThread *self;

  if (my_current != NULL) {
    my_life_end_holds (my_current);
  }
  my_current = NULL;

  my_state_lock ();
  main_has_ended = TRUE;
  self = atomic_load_explicit (&main_thread, memory_order_relaxed);
  my_state_unlock ();

  if (self != NULL) {
    /* Its end takes one along, as any thread's, and the registry's stays. */
    g_object_ref (self);
    my_state_lock ();
    if (my_phase_is_alive (my_thread_get_phase (self))) {
      my_life_end_locked (self, MY_PHASE_SUCCEEDED, NULL, &after);
      my_state_unlock ();
      my_after_run (&after);
    } else {
      /* A child's, which has returned from run(). */
      my_state_unlock ();
      g_object_unref (self);
    }
  }

  my_process_handlers_call (main_end_handlers, G_N_ELEMENTS (main_end_handlers));
}

/* How long what is idle may wait for work, where @idle_time (negative: for ever) is what it would be otherwise: when the
 * main thread has ended, a thread that waits for nothing must not hold the process, yet last from one task to the next. */
gint64
my_registry_limit_idle_time_locked (gint64 idle_time)
{
  return G_UNLIKELY (main_has_ended) && (idle_time < 0 || idle_time > IDLE_TIME_AFTER_MAIN) ? IDLE_TIME_AFTER_MAIN : idle_time;
}

/* A foreign OS thread ends, or the main one. */
static void
leave (gpointer data)
{
  if (my_process_is_main_thread ()) {
    end_main ();
  } else {
    release_foreign (data);
  }
}

/* GLib's way to give up needs a key itself. */
static _Noreturn void
give_up (const char *function,
         int error)
{
  fprintf (stderr,
           "MyThread: %s() has failed: %s. A process has %d keys of pthread_key_create(), and the library needs one to be told when a thread "
           "ends that it did not start. Aborting.\n",
           function, strerror (error), PTHREAD_KEYS_MAX);
  abort ();
}

/* Without that it would seem to be alive for ever. */
static void
watch_foreign (MyThread *self)
{
  int rc;

  if (G_UNLIKELY (key_error != 0)) {
    give_up ("pthread_key_create", key_error);
  }
  rc = pthread_setspecific (key, self);
  if (G_UNLIKELY (rc != 0)) {
    give_up ("pthread_setspecific", rc);
  }
}

/* By the main thread. Where that can not be, a thread that joins it after its pthread_exit() waits for ever; the rest is as it should be. */
static void
watch_main (void)
{
  if (key_error == 0) {
    (void) pthread_setspecific (key, &key);
  }
}

/* The calling OS thread goes on to something else: whoever it was, it is not any more. */
void
my_registry_release_foreign (void)
{
  MyThread *self = my_current;

  if (G_UNLIKELY (self != NULL) && my_thread_get_private (self)->kind == MY_KIND_FOREIGN) {
    pthread_setspecific (key, NULL);
    release_foreign (self);
  }
}

static MyThread *
make_foreign (void)
{
  MyThread *self = my_thread_new_of_kind (MY_KIND_FOREIGN);
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->ident = (guint64) pthread_self ();
  priv->native_id = my_current_get_native_id ();

  my_state_lock ();
  priv->start_serial = ++my_start_serial; /* a walk that has begun does not find it */
  my_thread_list_append (&foreign_threads, self);
  my_state_unlock ();
  watch_foreign (self);

  return self;
}

/**
 * my_thread_get_current:
 *
 * Gets the calling thread.
 *
 * In the main thread this is [func@Thread.get_main]. For an OS thread that the library did not
 * start, an object named `Foreign-` and a number is made at the first call, and released when that
 * OS thread ends.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the thread
 *
 * Since: 1.0
 */
MyThread *
my_thread_get_current (void)
{
  if (G_LIKELY (my_current != NULL)) {
    return my_current;
  }

  if (my_process_is_main_thread ()) {
    MyThread *self = my_thread_get_main ();
    MyThreadPrivate *priv = my_thread_get_private (self);

    my_state_lock ();
    priv->ident = (guint64) pthread_self ();
    my_state_unlock ();
    watch_main ();
    my_current = self;
  } else {
    my_current = make_foreign ();
  }
  return my_current;
}

/**
 * my_thread_get_main:
 *
 * Gets the main thread: the one that the process began with, or, in a child after `fork()`, the one that forked.
 *
 * It is alive until the process ends, unless it calls `pthread_exit()`: then it has succeeded.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the thread, named `MainThread`
 *
 * Since: 1.0
 */
MyThread *
my_thread_get_main (void)
{
  MyThread *self = atomic_load_explicit (&main_thread, memory_order_acquire);
  MyThread *other;
  MyThreadPrivate *priv;

  if (G_LIKELY (self != NULL)) {
    return self;
  }

  self = my_thread_new_of_kind (MY_KIND_MAIN);
  priv = my_thread_get_private (self);
  priv->ident = atomic_load_explicit (&main_ident, memory_order_relaxed);
  priv->native_id = (gint) getpid ();

  my_state_lock ();
  other = atomic_load_explicit (&main_thread, memory_order_relaxed);
  if (other == NULL) {
    if (main_has_ended) {
      my_phase_end (priv, MY_PHASE_SUCCEEDED);
    }
    atomic_store_explicit (&main_thread, self, memory_order_release);
  }
  my_state_unlock ();

  if (other != NULL) {
    /* Somebody else was first. Nobody has seen ours. */
    g_object_unref (self);
    return other;
  }
  return self;
}

/* The library is usually loaded by the main thread: then it is known who that is, whoever asks first. */
static void __attribute__ ((constructor))
prepare (void)
{
  key_error = pthread_key_create (&key, leave);
  /* GLib aborts where it finds no key: those that this library's calls need, it makes now. */
  g_main_depth ();
  g_main_context_get_thread_default ();
  if (my_process_is_main_thread ()) {
    atomic_store_explicit (&main_ident, (unsigned long) pthread_self (), memory_order_relaxed);
    watch_main ();
  }
}

/* The calling thread is the only one, and the main one. With the state lock held. */
void
my_registry_make_current_main_in_child (void)
{
  MyThread *old_main = atomic_load_explicit (&main_thread, memory_order_relaxed);

  my_current_n_helped = 0;
  main_has_ended = FALSE;
  watch_main ();

  if (my_current == NULL && atomic_load_explicit (&main_ident, memory_order_relaxed) == (unsigned long) pthread_self ()) {
    /* The main thread has forked, and has not asked who it is. */
    my_current = old_main;
  }

  for (MyThread *thread = foreign_threads.first; thread != NULL; thread = my_thread_get_private (thread)->group_next) {
    if (thread != my_current) {
      my_life_lose_in_child (thread);
    }
  }
  foreign_threads = (MyThreadList){ 0 };
  if (old_main != NULL && old_main != my_current) {
    my_life_lose_in_child (old_main);
  }

  /* NULL: it is made when it is asked for. */
  atomic_store_explicit (&main_thread, my_current, memory_order_relaxed);
  atomic_store_explicit (&main_ident, (unsigned long) pthread_self (), memory_order_relaxed);
  if (my_current != NULL) {
    if (my_current != old_main) {
      g_object_ref (my_current); /* the registry's, as of any main thread */
    }
    my_life_survive_in_child (my_current);
  }
}

/* all threads */

/* Whether the main thread is alive: until its pthread_exit(). */
gboolean
my_registry_has_main_locked (void)
{
  return !main_has_ended;
}

MyThread *
my_registry_get_first_foreign_locked (void)
{
  return foreign_threads.first;
}

/**
 * my_thread_active_count:
 *
 * Counts the threads that are alive: the running and the queued ones, the main thread, and the foreign
 * threads that have asked for [func@Thread.get_current].
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the length of [func@Thread.enumerate]
 *
 * Since: 1.0
 */
guint
my_thread_active_count (void)
{
  guint n;

  my_state_lock ();
  n = my_registry_has_main_locked () + foreign_threads.n + my_group_n_alive_members;
  my_state_unlock ();

  return n;
}

/**
 * my_thread_enumerate:
 *
 * Lists the threads that are alive: the main thread, the foreign ones, and those in groups, in the order of their start.
 *
 * A thread that is alive from the beginning to the end of the call is in the list once; one that starts meanwhile is not; one
 * that ends meanwhile may be.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer container) (element-type MyThread): the threads; the array holds references, and drops them
 *
 * Since: 1.0
 */
GPtrArray *
my_thread_enumerate (void)
{
  MyThread *main_object = my_thread_get_main ();
  MyThreadGroup *root = my_thread_group_get_default ();
  gboolean has_main;
  GPtrArray *threads;
  MyWalk walk;

  my_state_lock ();
  has_main = my_registry_has_main_locked ();
  my_walk_begin_all_locked (&walk, root, foreign_threads.first);
  my_state_unlock ();

  threads = my_walk_list (&walk);
  if (has_main) {
    g_ptr_array_insert (threads, 0, g_object_ref (main_object));
  }
  return threads;
}
