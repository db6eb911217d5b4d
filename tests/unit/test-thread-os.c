/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

/* What run() can see of its OS thread is what it would see of a new one, whoever had it before. */

#define N_ROUNDS 20

static GPrivate private_value = G_PRIVATE_INIT (NULL);
static gint n_key_values; /* living values of the key: set, and not destroyed yet */
static pthread_key_t key;

static void
key_destroy (void *value)
{
  g_atomic_int_add (&n_key_values, -1);
}

/* Leaves traces wherever it can. */
static void
run_litter (MyThread *thread,
            gpointer unused,
            GError **error)
{
  sigset_t signals;
  cpu_set_t cpus;

  g_assert_null (g_private_get (&private_value));
  g_private_set (&private_value, thread);
  g_assert_null (pthread_getspecific (key));
  g_atomic_int_inc (&n_key_values);
  g_assert_cmpint (pthread_setspecific (key, thread), ==, 0);
  my_thread_set_name (thread, "a litterer");
  setpriority (PRIO_PROCESS, (id_t) my_thread_get_native_id (thread), 19);
  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR2);
  g_assert_cmpint (pthread_sigmask (SIG_BLOCK, &signals, NULL), ==, 0);
  g_assert_cmpint (sched_getaffinity (0, sizeof cpus, &cpus), ==, 0);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (CPU_ISSET (cpu, &cpus)) {
      CPU_ZERO (&cpus);
      CPU_SET (cpu, &cpus);
      g_assert_cmpint (sched_setaffinity (0, sizeof cpus, &cpus), ==, 0);
      break;
    }
  }
}

typedef struct {
  gint nice_value;
  gboolean usr1_blocked;
  gboolean usr2_blocked;
  int n_cpus;
  gboolean has_private;
  gboolean has_key;
} Seen;

static void
look (Seen *seen)
{
  sigset_t signals;
  cpu_set_t cpus;

  seen->nice_value = getpriority (PRIO_PROCESS, (id_t) gettid ());
  g_assert_cmpint (pthread_sigmask (SIG_BLOCK, NULL, &signals), ==, 0);
  seen->usr1_blocked = sigismember (&signals, SIGUSR1);
  seen->usr2_blocked = sigismember (&signals, SIGUSR2);
  g_assert_cmpint (sched_getaffinity (0, sizeof cpus, &cpus), ==, 0);
  seen->n_cpus = CPU_COUNT (&cpus);
  seen->has_private = g_private_get (&private_value) != NULL;
  seen->has_key = pthread_getspecific (key) != NULL;
}

static void
run_look (MyThread *thread,
          gpointer seen,
          GError **error)
{
  look (seen);
}

static void
test_as_new (void)
{
  Seen own;

  look (&own);
  for (guint i = 0; i < N_ROUNDS; i++) {
    Seen seen;

    my_test_finish (my_test_start (NULL, run_litter, NULL));
    my_test_finish (my_test_start (NULL, run_look, &seen));
    g_assert_cmpint (seen.nice_value, ==, own.nice_value);
    g_assert_cmpint (seen.usr1_blocked, ==, own.usr1_blocked);
    g_assert_false (seen.usr2_blocked);
    g_assert_cmpint (seen.n_cpus, ==, own.n_cpus);
    g_assert_false (seen.has_private);
    g_assert_false (seen.has_key);
  }
}

/* The mask of signals is inherited from who starts it. */
static void
test_inherits_mask (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR1);
  for (guint i = 0; i < N_ROUNDS; i++) {
    Seen seen;

    g_assert_cmpint (pthread_sigmask (i % 2 ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL), ==, 0);
    my_test_finish (my_test_start (NULL, run_look, &seen));
    g_assert_cmpint (seen.usr1_blocked, ==, i % 2);
  }
  g_assert_cmpint (pthread_sigmask (SIG_UNBLOCK, &signals, NULL), ==, 0);
}

/* The destructors of what it left run, though nobody waits for the OS thread. */

static gboolean
has_no_key_values (gpointer unused)
{
  return g_atomic_int_get (&n_key_values) == 0;
}

static void
test_destructors (void)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    my_test_finish (my_test_start (NULL, run_litter, NULL));
  }
  my_test_wait_until (has_no_key_values, NULL);
}

/* OS threads do not pile up. */

static gboolean
is_back_to (gpointer n_os_threads)
{
  return my_test_count_os_threads () <= *(guint *) n_os_threads;
}

static void
test_no_pile (void)
{
  guint n_os_threads;

  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  /* One may be kept for the next start. */
  n_os_threads = my_test_count_os_threads () + 1;
  for (guint i = 0; i < 200; i++) {
    my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  }
  my_test_wait_until (is_back_to, &n_os_threads);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (pthread_key_create (&key, key_destroy), ==, 0);

  g_test_add_func ("/thread/os/as-new", test_as_new);
  g_test_add_func ("/thread/os/inherits-mask", test_inherits_mask);
  g_test_add_func ("/thread/os/destructors", test_destructors);
  g_test_add_func ("/thread/os/no-pile", test_no_pile);

  return g_test_run ();
}
