/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-registry-private.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-delivery-private.h"
#include "core/my-process-private.h"
#include "core/my-room-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

/* Who the calling OS thread is, and the list of all threads.
 *
 * Threads that the library started are in the lists of their groups; this file has those that are in no group: the
 * main thread, and the foreign ones that have asked who they are.
 */

static __thread MyThread *current __attribute__ ((tls_model ("initial-exec")));

static __thread guint n_helped __attribute__ ((tls_model ("initial-exec")));

static _Atomic (MyThread *) main_thread; /* a reference; published once with release, in a child again */
static atomic_ulong main_ident;          /* pthread_self() of the main thread; 0: it was not here yet */
static MyThreadList foreign_threads;     /* [state] */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* its value: the foreign thread of this OS thread */

/* A foreign OS thread ends. */
static void
release_foreign (gpointer data)
{
  MyThread *self = data;
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyAfter after = MY_AFTER_INIT;
  gboolean is_known;

  current = NULL;

  my_state_lock ();
  if (priv->kind != MY_KIND_FOREIGN) {
    /* It became a child's main thread. */
    my_state_unlock ();
    return;
  }
  my_thread_list_remove (&foreign_threads, self);
  /* If nobody else has a reference, nobody can get one now, and it goes here and now; otherwise its end is delivered
   * as any other thread's. */
  is_known = g_atomic_int_get (&G_OBJECT (self)->ref_count) > 1 ||
             (atomic_load_explicit (&priv->pending, memory_order_acquire) & MY_CHANGE_LINKED);
  if (is_known) {
    my_life_end_locked (self, MY_PHASE_SUCCEEDED, NULL, &after);
  } else {
    /* For who has a weak reference: he may get another one yet. */
    atomic_store_explicit (&priv->phase, MY_PHASE_SUCCEEDED, memory_order_release);
  }
  my_state_unlock ();

  my_after_run (&after);
  if (!is_known) {
    g_object_unref (self);
  }
}

static void
make_key (void)
{
  pthread_key_create (&key, release_foreign);
}

/* Says that the calling OS thread runs @thread now; returns the one it ran. */
MyThread *
my_registry_swap_current (MyThread *thread)
{
  MyThread *outer = current;

  current = thread;
  return outer;
}

/* The thread that the calling OS thread runs, if it is known. */
MyThread *
my_registry_peek_current (void)
{
  return current;
}

/* The calling OS thread goes on to something else: whoever it was, it is not any more. */
void
my_registry_release_foreign (void)
{
  MyThread *self = current;

  if (G_UNLIKELY (self != NULL) && my_thread_get_private (self)->kind == MY_KIND_FOREIGN) {
    pthread_setspecific (key, NULL);
    release_foreign (self);
  }
}

guint
my_registry_get_n_helped (void)
{
  return n_helped;
}

void
my_registry_enter_help (void)
{
  n_helped++;
}

void
my_registry_leave_help (void)
{
  /* 0: it has forked meanwhile */
  if (n_helped > 0) {
    n_helped--;
  }
}

static MyThread *
make_foreign (void)
{
  MyThread *self = my_thread_new_of_kind (MY_KIND_FOREIGN);
  MyThreadPrivate *priv = my_thread_get_private (self);

  pthread_once (&key_once, make_key);
  priv->ident = (guint64) pthread_self ();
  priv->native_id = (gint) syscall (SYS_gettid);

  my_state_lock ();
  my_thread_list_append (&foreign_threads, self);
  my_state_unlock ();
  pthread_setspecific (key, self);

  return self;
}

/**
 * my_thread_get_current:
 *
 * Gets the thread that calls it.
 *
 * In the main thread that is [func@Thread.get_main]; in an OS thread that
 * the library did not start, an object is made the first time, named `Foreign-` and a number, and released when that OS thread
 * ends.
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
  if (G_LIKELY (current != NULL)) {
    return current;
  }

  if (my_process_is_main_thread ()) {
    MyThread *self = my_thread_get_main ();
    MyThreadPrivate *priv = my_thread_get_private (self);

    my_state_lock ();
    priv->ident = (guint64) pthread_self ();
    my_state_unlock ();
    current = self;
  } else {
    current = make_foreign ();
  }
  return current;
}

/**
 * my_thread_get_main:
 *
 * Gets the main thread: the one that the process began with, or, in a child after `fork()`, the one that forked.
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
  MyThread *expected = NULL;
  MyThreadPrivate *priv;

  if (G_LIKELY (self != NULL)) {
    return self;
  }

  self = my_thread_new_of_kind (MY_KIND_MAIN);
  priv = my_thread_get_private (self);
  priv->ident = atomic_load_explicit (&main_ident, memory_order_relaxed);
  priv->native_id = (gint) getpid ();

  if (!atomic_compare_exchange_strong_explicit (&main_thread, &expected, self, memory_order_acq_rel, memory_order_acquire)) {
    /* Somebody else was first. Nobody has seen ours. */
    g_object_unref (self);
    return expected;
  }
  return self;
}

/* The library is usually loaded by the main thread: then it is known who that is, whoever asks first. */
static void __attribute__ ((constructor))
remember_main_thread (void)
{
  if (my_process_is_main_thread ()) {
    atomic_store_explicit (&main_ident, (unsigned long) pthread_self (), memory_order_relaxed);
  }
}

/* The calling thread is the only one, and the main one. With the state lock held. */
void
my_registry_make_current_main_in_child (void)
{
  MyThread *old_main = atomic_load_explicit (&main_thread, memory_order_relaxed);

  n_helped = 0;

  if (current == NULL && atomic_load_explicit (&main_ident, memory_order_relaxed) == (unsigned long) pthread_self ()) {
    /* The main thread has forked, and has not asked who it is. */
    current = old_main;
  }

  for (MyThread *thread = foreign_threads.first; thread != NULL; thread = my_thread_get_private (thread)->group_next) {
    if (thread != current) {
      my_life_lose_in_child (thread);
    }
  }
  foreign_threads = (MyThreadList){ 0 };
  if (old_main != NULL && old_main != current) {
    my_life_lose_in_child (old_main);
  }

  /* NULL: it is made when it is asked for. */
  atomic_store_explicit (&main_thread, current, memory_order_relaxed);
  atomic_store_explicit (&main_ident, (unsigned long) pthread_self (), memory_order_relaxed);
  if (current != NULL) {
    if (current != old_main) {
      g_object_ref (current); /* the registry's, as of any main thread */
    }
    my_life_survive_in_child (current);
  }
}

/* all threads */

/* The main thread too. */
static guint
count_all_locked (gpointer root)
{
  return 1 + foreign_threads.n + (root != NULL ? ((MyThreadGroup *) root)->n_alive_in_tree : 0);
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
  n = count_all_locked (my_group_peek_default ());
  my_state_unlock ();

  return n;
}

/**
 * my_thread_enumerate:
 *
 * Lists the threads that are alive: the main thread, the foreign ones, and those in groups, in the order of their start.
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
  GPtrArray *threads = my_room_make_and_lock (count_all_locked, root, g_object_unref);

  g_ptr_array_add (threads, g_object_ref (main_object));
  for (MyThread *thread = foreign_threads.first; thread != NULL; thread = my_thread_get_private (thread)->group_next) {
    g_ptr_array_add (threads, g_object_ref (thread));
  }
  my_group_add_members_locked (root, threads);
  my_state_unlock ();

  return threads;
}

static void
append_thread (GString  *text,
               MyThread *thread)
{
  static const char *const states[] = { "new", "queued", "running", "succeeded", "failed", "cancelled" };
  MyThreadPrivate *priv = my_thread_get_private (thread);
  g_autofree char *name = my_thread_dup_name_locked (thread);
  MyWait *wait = priv->waiter.wait;

  g_string_append_printf (text, "%s: %s", name, states[my_thread_get_state (thread)]);
  if (priv->kind == MY_KIND_WORKER && priv->group->name != NULL) {
    g_string_append_printf (text, ", group \"%s\"", priv->group->name);
  }
  if (priv->native_id != 0) {
    g_string_append_printf (text, ", native id %d", priv->native_id);
  }
  if (priv->is_daemon) {
    g_string_append (text, ", daemon");
  }
  if (atomic_load_explicit (&priv->waiter.cancelled, memory_order_relaxed)) {
    g_string_append (text, ", cancelled");
  }
  if (wait != NULL && wait->target == NULL) {
    g_string_append (text, ", sleeps");
  } else if (wait != NULL) {
    g_string_append (text, ", waits for ");
    wait->target->describe (wait->object, text);
    if (!wait->unlimited) {
      g_string_append (text, ", for some time");
    }
  }
  g_string_append_c (text, '\n');
}

/**
 * my_thread_dump:
 *
 * Describes all threads that are alive, for a person: a line each, with the name, the state, and what the thread waits for.
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

  my_state_lock ();
  append_thread (text, main_object);
  for (MyThread *thread = foreign_threads.first; thread != NULL; thread = my_thread_get_private (thread)->group_next) {
    append_thread (text, thread);
  }
  for (MyThreadGroup *group = root; group != NULL; group = my_group_next_in_tree (group, root)) {
    for (MyThread *member = group->members.first; member != NULL; member = my_thread_get_private (member)->group_next) {
      append_thread (text, member);
    }
  }
  my_state_unlock ();

  return g_string_free (text, FALSE);
}

/* waits */

static MyWait *
get_wait_of (MyThread *thread)
{
  MyWait *wait = my_thread_get_private (thread)->waiter.wait;

  return wait != NULL && wait->can_keep && !wait->woken ? wait : NULL;
}

/* A wait whose OS thread sleeps in my_wait_block(), or NULL: there is none. Rarely wanted. */
MyWait *
my_registry_find_wait_locked (void)
{
  MyThreadGroup *root = my_group_peek_default ();
  MyThread *main_object = atomic_load_explicit (&main_thread, memory_order_relaxed);
  MyWait *wait = main_object != NULL ? get_wait_of (main_object) : NULL;

  for (MyThread *thread = foreign_threads.first; thread != NULL && wait == NULL; thread = my_thread_get_private (thread)->group_next) {
    wait = get_wait_of (thread);
  }
  for (MyThreadGroup *group = root; group != NULL && wait == NULL; group = my_group_next_in_tree (group, root)) {
    for (MyThread *member = group->members.first; member != NULL && wait == NULL; member = my_thread_get_private (member)->group_next) {
      wait = get_wait_of (member);
    }
  }
  return wait;
}

/* the threads of an executor: there is no list of them, since these are rarely wanted */

/* The alive thread of @executor after @thread, or the first one. */
static MyThread *
next_of_executor_locked (MyThread     *thread,
                         gconstpointer executor)
{
  MyThreadGroup *root = my_group_peek_default ();
  MyThreadGroup *group = thread != NULL ? my_thread_get_private (thread)->group : root;

  for (; group != NULL; group = my_group_next_in_tree (group, root), thread = NULL) {
    MyThread *member = thread != NULL ? my_thread_get_private (thread)->group_next : group->members.first;

    for (; member != NULL; member = my_thread_get_private (member)->group_next) {
      if (my_thread_get_private (member)->executor == executor) {
        return member;
      }
    }
  }
  return NULL;
}

/* Threads that wait in their groups are as good as queued in the executor. */
void
my_registry_let_come_late_locked (gconstpointer executor)
{
  for (MyThread *thread = next_of_executor_locked (NULL, executor); thread != NULL; thread = next_of_executor_locked (thread, executor)) {
    my_thread_get_private (thread)->may_come_late = TRUE;
  }
}

void
my_registry_cancel_all_of_executor (gconstpointer executor)
{
  MyAfter after = MY_AFTER_INIT;
  MyThread *next;

  my_state_lock ();
  for (MyThread *thread = next_of_executor_locked (NULL, executor); thread != NULL; thread = next) {
    next = next_of_executor_locked (thread, executor);
    my_life_cancel_locked (thread, &after);
  }
  my_state_unlock ();

  my_after_run (&after);
}

/* Waits until no thread of @executor is alive. With TRUE in @none there was nothing to wait for. */
MyWaitResult
my_registry_wait_for_all_of_executor (gconstpointer executor,
                                      gboolean     *none)
{
  MyWaitResult result = MY_WAIT_WOKEN;

  *none = TRUE;

  while (result == MY_WAIT_WOKEN) {
    MyThread *thread;

    my_state_lock ();
    thread = next_of_executor_locked (NULL, executor);
    if (thread != NULL) {
      g_object_ref (thread); /* it has its keep reference: no toggle reference calls out */
    }
    my_state_unlock ();

    if (thread == NULL) {
      break;
    }
    *none = FALSE;
    result = my_thread_wait (thread, TRUE);
    my_delivery_drop (thread);
  }

  return result;
}
