/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <errno.h>
#include <fenv.h>
#include <linux/capability.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "my-test-pool.h"

/* What the OS threads of a pool are like: how many there are, what they inherit, and what a task finds that comes after another
 * one. See "What an OS thread of a pool is like" in docs/pools.md. */

static void
pin (void)
{
  cpu_set_t cpus;

  CPU_ZERO (&cpus);
  CPU_SET (sched_getcpu (), &cpus);
  g_assert_cmpint (sched_setaffinity (0, sizeof cpus, &cpus), ==, 0);
}

static void
be_nice (void)
{
  id_t id = (id_t) gettid ();

  g_assert_cmpint (setpriority (PRIO_PROCESS, id, MIN (getpriority (PRIO_PROCESS, id) + 10, 19)), ==, 0);
}

/* what a task sees */

typedef struct {
  gint native_id;
  int nice_value;
  int policy;
  int n_cpus;
  sigset_t signals;
  char name[16];
  int errno_;
  int rounding;
  gboolean has_locale;
  gboolean has_context;
  int cancel_state;
  int cancel_type;
} Seen;

static void
see (gpointer data)
{
  Seen *seen = data;
  cpu_set_t cpus;

  seen->errno_ = errno;
  seen->native_id = gettid ();
  seen->nice_value = getpriority (PRIO_PROCESS, (id_t) gettid ());
  seen->policy = sched_getscheduler (0);
  g_assert_cmpint (sched_getaffinity (0, sizeof cpus, &cpus), ==, 0);
  seen->n_cpus = CPU_COUNT (&cpus);
  g_assert_cmpint (pthread_sigmask (SIG_SETMASK, NULL, &seen->signals), ==, 0);
  prctl (PR_GET_NAME, seen->name);
  seen->rounding = fegetround ();
  seen->has_locale = uselocale ((locale_t) 0) != LC_GLOBAL_LOCALE;
  seen->has_context = g_main_context_get_thread_default () != NULL;
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, &seen->cancel_state);
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, &seen->cancel_type);
}

static void
run_see (MyThread *thread,
         gpointer seen,
         GError **error)
{
  see (seen);
}

/* What needs no system call. */
static void
assert_clean (const Seen *seen)
{
  g_assert_cmpint (seen->errno_, ==, 0);
  g_assert_cmpint (seen->rounding, ==, FE_TONEAREST);
  g_assert_false (seen->has_locale);
  g_assert_false (seen->has_context);
  g_assert_cmpint (seen->cancel_state, ==, PTHREAD_CANCEL_ENABLE);
  g_assert_cmpint (seen->cancel_type, ==, PTHREAD_CANCEL_DEFERRED);
}

/* The rest; @own: what the main thread sees. */
static void
assert_as (const Seen *seen,
           const Seen *own)
{
  g_assert_cmpint (seen->nice_value, ==, own->nice_value);
  g_assert_cmpint (seen->policy, ==, own->policy);
  g_assert_cmpint (seen->n_cpus, ==, own->n_cpus);
  for (int signal = 1; signal < SIGRTMIN; signal++) {
    g_assert_cmpint (sigismember (&seen->signals, signal), ==, sigismember (&own->signals, signal));
  }
}

/* how many */

static gpointer
make_pool_pinned (gpointer unused)
{
  pin ();
  return my_thread_pool_new (NULL, 0);
}

/* The processors of the main thread, whoever makes the pool. */
static void
test_size (void)
{
  MyThreadPool *pool;
  MyThreadPool *other;
  cpu_set_t all;
  guint n;

  /* With a default pool of its own. */
  if (!my_test_is_apart ()) {
    return;
  }
  pool = my_thread_pool_new (NULL, 0);
  n = my_thread_pool_get_max_threads (pool);
  other = g_thread_join (g_thread_new ("pinned", make_pool_pinned, NULL));

  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, (guint) CPU_COUNT (&all));
  g_assert_cmpuint (my_thread_pool_get_max_threads (other), ==, n);

  pin ();
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, n);
  my_thread_pool_set_max_threads (pool, 0);
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, 1);
  g_assert_cmpuint (my_thread_pool_get_max_threads (my_thread_pool_get_default ()), ==, 1);
  g_assert_cmpint (sched_setaffinity (0, sizeof all, &all), ==, 0);
  my_thread_pool_set_max_threads (pool, 0);
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, n);

  my_test_pool_finish (pool);
  my_test_pool_finish (other);
}

/* what they inherit */

typedef struct {
  MyThreadPool *pool;
  Seen *seen;
  gint is_done;
} First;

static void
task_see_first (gpointer data)
{
  First *first = data;

  see (first->seen);
  g_atomic_int_set (&first->is_done, TRUE);
}

static void
use (First *first)
{
  g_atomic_int_set (&first->is_done, FALSE);
  my_test_push (first->pool, task_see_first, first);
  my_test_wait_until (my_test_is_set, &first->is_done);
}

/* All that would be inherited of it is other than the main thread's. */
static gpointer
be_first (gpointer data)
{
  First *first = data;
  sigset_t all;

  be_nice ();
  pin ();
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, NULL);
  fesetround (FE_UPWARD);
  if (first->pool == NULL) {
    first->pool = my_thread_pool_get_default ();
  }
  use (first);
  fesetround (FE_TONEAREST);
  return NULL;
}

static gboolean
may_be_less_nice (void)
{
  int before = getpriority (PRIO_PROCESS, 0);

  return before > -20 && setpriority (PRIO_PROCESS, 0, before - 1) == 0 && setpriority (PRIO_PROCESS, 0, before) == 0;
}

static void
block_usr1 (int how)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR1);
  g_assert_cmpint (pthread_sigmask (how, &signals, NULL), ==, 0);
}

/* The mask is that of who has made the pool, at that time. */
static void
test_first_user (void)
{
  Seen own;
  Seen seen = { 0 };
  First first = { .seen = &seen };

  if (!may_be_less_nice ()) {
    g_test_skip ("a nice thread can not make one that is not");
    return;
  }
  block_usr1 (SIG_BLOCK);
  first.pool = my_thread_pool_new (NULL, 2);
  see (&own);
  block_usr1 (SIG_UNBLOCK);
  g_thread_join (g_thread_new ("first", be_first, &first));
  assert_as (&seen, &own);
  g_assert_cmpint (seen.rounding, ==, FE_TONEAREST);
  my_test_pool_finish (first.pool);
}

/* The default pool's is the main thread's. */
static void
test_first_user_of_default (void)
{
  Seen own;
  Seen seen = { 0 };
  First first = { .seen = &seen };

  if (!my_test_is_apart ()) {
    return;
  }
  if (!may_be_less_nice ()) {
    return;
  }
  block_usr1 (SIG_BLOCK);
  see (&own);
  g_thread_join (g_thread_new ("first", be_first, &first));
  assert_as (&seen, &own);
  g_assert_cmpint (seen.rounding, ==, FE_TONEAREST);
}

/* A main thread that waits for a signal does not block it at that moment. */

static gboolean
is_main_in_sigwait (gpointer unused)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/syscall", getpid ());
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && g_ascii_strtoll (text, NULL, 10) == SYS_rt_sigtimedwait;
}

static gpointer
be_first_in_sigwait (gpointer data)
{
  First *first = data;

  my_test_wait_until (is_main_in_sigwait, NULL);
  first->pool = my_thread_pool_get_default ();
  use (first);
  kill (getpid (), SIGUSR1);
  return NULL;
}

static void
test_main_in_sigwait (void)
{
  g_autofree char *text = NULL;
  Seen own;
  Seen seen = { 0 };
  First first = { .seen = &seen };
  GThread *thread;
  sigset_t signals;
  int signal = 0;

  if (!g_file_get_contents ("/proc/self/syscall", &text, NULL, NULL)) {
    g_test_skip ("the system does not tell where a thread is");
    return;
  }
  if (!my_test_is_apart ()) {
    return;
  }
  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR1);
  sigaddset (&signals, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  see (&own);
  thread = g_thread_new ("first", be_first_in_sigwait, &first);
  g_assert_cmpint (sigwait (&signals, &signal), ==, 0);
  g_assert_cmpint (signal, ==, SIGUSR1);
  g_thread_join (thread);
  assert_as (&seen, &own);
}

/* Without a privilege a nice thread makes only nice ones. These leave as soon as there is nothing to do. */

static gpointer
be_first_without_privilege (gpointer first)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NICE, &limit), ==, 0);
  g_assert_cmpint (syscall (SYS_capset, &header, none), ==, 0);
  be_nice ();
  use (first);
  return NULL;
}

static void
test_without_privilege (void)
{
  Seen own;
  Seen seen = { 0 };
  First first = { .seen = &seen };

  first.pool = my_thread_pool_new ("nice-first", 2);
  my_thread_pool_set_idle_timeout (first.pool, -1);
  see (&own);
  g_thread_join (g_thread_new ("first", be_first_without_privilege, &first));
  if (seen.nice_value != own.nice_value) {
    my_test_wait_until (my_test_workers_have_left, (gpointer) "nice-first");
  }
  use (&first);
  assert_as (&seen, &own);
  my_test_pool_finish (first.pool);
}

/* An idle one blocks all signals. */

static gboolean
blocks_signals (gpointer native_id)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/status", *(gint *) native_id);
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, "SigBlk:");
  return line != NULL && (g_ascii_strtoull (line + strlen ("SigBlk:"), NULL, 16) >> (SIGTERM - 1) & 1);
}

static void
test_idle (void)
{
  Seen seen = { 0 };
  First first = { .seen = &seen };

  first.pool = my_thread_pool_new (NULL, 1);
  my_thread_pool_set_idle_timeout (first.pool, -1);
  for (guint i = 0; i < 3; i++) {
    use (&first);
    g_assert_false (sigismember (&seen.signals, SIGTERM));
    my_test_wait_until (blocks_signals, &seen.native_id);
  }
  my_test_pool_finish (first.pool);
}

/* what a task leaves */

static locale_t other_locale;

/* What needs no system call: the very next task does not find it. */
static void
litter (gpointer unused)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainContext) another = g_main_context_new ();

  fesetround (FE_DOWNWARD);
  uselocale (other_locale);
  g_main_context_push_thread_default (context);
  g_main_context_push_thread_default (another);
  pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, NULL);
  errno = EDOM;
}

static void
run_litter (MyThread *thread,
            gpointer unused,
            GError **error)
{
  litter (NULL);
}

static void
test_next_task (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *threads[4];
  Seen seen[4];

  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, litter, NULL);
  my_test_push (pool, see, &seen[0]);
  my_test_push (pool, litter, NULL);
  threads[0] = my_test_submit (pool, run_see, &seen[1]);
  threads[1] = my_test_submit (pool, run_litter, NULL);
  threads[2] = my_test_submit (pool, run_see, &seen[2]);
  threads[3] = my_test_submit (pool, run_litter, NULL);
  my_test_push (pool, see, &seen[3]);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 9);
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++) {
    g_assert_cmpint (seen[i].native_id, ==, seen[0].native_id);
    assert_clean (&seen[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  my_test_pool_finish (pool);
}

/* Of the same function, some do: not more than are promised. */

static gint n_dirty; /* touched by one worker */

static void
see_and_litter (gpointer unused)
{
  n_dirty += fegetround () != FE_TONEAREST;
  fesetround (FE_DOWNWARD);
}

static void
test_same_function (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Seen seen = { 0 };

  n_dirty = 0;
  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < 160; i++) {
    my_test_push (pool, see_and_litter, NULL);
  }
  my_test_push (pool, see, &seen);
  my_test_gate_open (&block.release);
  my_test_pool_finish (pool);
  g_assert_cmpint (n_dirty, <=, 150);
  assert_clean (&seen);
}

/* What needs one: gone when the worker has had nothing to do, and after some thousand tasks. */

static void
litter_system (gpointer unused)
{
  struct sched_param parameters = { 0 };
  sigset_t signals;

  sigfillset (&signals);
  pthread_sigmask (SIG_SETMASK, &signals, NULL);
  prctl (PR_SET_NAME, "littered");
  pin ();
  g_assert_cmpint (sched_setscheduler (0, SCHED_BATCH, &parameters), ==, 0);
}

/* Without a privilege this can not be put back: another OS thread comes. */
static void
litter_system_nice (gpointer unused)
{
  litter_system (NULL);
  be_nice ();
}

static gboolean
is_not_littered (gpointer unused)
{
  return my_test_count_os_threads_named ("littered") == 0;
}

static void
test_after_idle (void)
{
  MyThreadPool *pool = my_thread_pool_new ("idle", 1);
  Seen own;
  Seen seen = { 0 };
  First first = { pool, &seen, FALSE };

  my_thread_pool_set_idle_timeout (pool, -1);
  see (&own);
  for (guint i = 0; i < 3; i++) {
    use (&first);
    my_test_push (pool, litter_system_nice, NULL);
    my_test_pool_wait_until_idle (pool, 3 * i + 2);
    /* It blocks all signals from the beginning: that it sleeps is seen by its name. */
    my_test_wait_until (is_not_littered, NULL);
    use (&first);
    assert_as (&seen, &own);
    g_assert_true (g_str_has_prefix (seen.name, "idle"));
  }
  my_test_pool_finish (pool);
}

static void
test_never_idle (void)
{
  MyThreadPool *pool = my_thread_pool_new ("busy", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Seen own;
  Seen seen = { 0 };

  see (&own);
  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, litter_system, NULL);
  for (guint i = 0; i < 5000; i++) {
    my_test_push (pool, my_test_task_nothing, NULL);
  }
  my_test_push (pool, see, &seen);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 5003);
  assert_as (&seen, &own);
  g_assert_true (g_str_has_prefix (seen.name, "busy"));
  my_test_pool_finish (pool);
}

/* A signal that one has blocked and got does not kill with the next. */

static void
keep_signal (gpointer native_id)
{
  *(gint *) native_id = gettid ();
  block_usr1 (SIG_BLOCK);
  pthread_kill (pthread_self (), SIGUSR1);
}

static void
test_pending_signal (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gint native_id = 0;
  Seen seen = { 0 };

  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, keep_signal, &native_id);
  for (guint i = 0; i < 5000; i++) {
    my_test_push (pool, my_test_task_nothing, NULL);
  }
  my_test_push (pool, see, &seen);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 5003);
  g_assert_cmpint (seen.native_id, !=, native_id);
  g_assert_false (sigismember (&seen.signals, SIGUSR1));
  my_test_pool_finish (pool);
}

/* A task that its joiner runs finds nothing of the joiner's, and leaves it nothing. */

typedef struct {
  MyThreadPool *pool;
  Seen inner;
  Seen outer;
} Joiner;

static void
run_see_and_litter (MyThread *thread,
                    gpointer seen,
                    GError **error)
{
  see (seen);
  litter (NULL);
}

static void
join_another (gpointer data)
{
  Joiner *joiner = data;
  MyThread *inner = my_thread_new (NULL, run_see_and_litter, &joiner->inner, NULL);
  locale_t mine = newlocale (LC_ALL_MASK, "C", (locale_t) 0);

  fesetround (FE_UPWARD);
  uselocale (mine);
  g_assert_true (my_executor_submit (MY_EXECUTOR (joiner->pool), inner, NULL));
  g_assert_true (my_thread_join (inner, NULL));
  g_object_unref (inner);
  g_assert_true (uselocale ((locale_t) 0) == mine);
  uselocale (LC_GLOBAL_LOCALE);
  see (&joiner->outer);
  fesetround (FE_TONEAREST);
  freelocale (mine);
}

static void
test_joiner (void)
{
  Joiner joiner = { .pool = my_thread_pool_new (NULL, 1) };

  /* On a worker, and on the main thread. */
  for (guint i = 0; i < 2; i++) {
    if (i == 0) {
      my_test_push (joiner.pool, join_another, &joiner);
      my_test_pool_wait_until_idle (joiner.pool, 2);
    } else {
      join_another (&joiner);
    }
    assert_clean (&joiner.inner);
    g_assert_cmpint (joiner.outer.rounding, ==, FE_UPWARD);
    g_assert_false (joiner.outer.has_context);
    g_assert_cmpint (joiner.outer.cancel_state, ==, PTHREAD_CANCEL_ENABLE);
    g_assert_cmpint (joiner.outer.cancel_type, ==, PTHREAD_CANCEL_DEFERRED);
  }
  my_test_pool_finish (joiner.pool);
}

int
main (int argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  other_locale = newlocale (LC_ALL_MASK, "C", (locale_t) 0);

  g_test_add_func ("/pool/os-threads/size", test_size);
  g_test_add_func ("/pool/os-threads/first-user", test_first_user);
  g_test_add_func ("/pool/os-threads/first-user-of-default", test_first_user_of_default);
  g_test_add_func ("/pool/os-threads/main-in-sigwait", test_main_in_sigwait);
  g_test_add_func ("/pool/os-threads/without-privilege", test_without_privilege);
  g_test_add_func ("/pool/os-threads/idle", test_idle);
  g_test_add_func ("/pool/os-threads/next-task", test_next_task);
  g_test_add_func ("/pool/os-threads/same-function", test_same_function);
  g_test_add_func ("/pool/os-threads/after-idle", test_after_idle);
  g_test_add_func ("/pool/os-threads/never-idle", test_never_idle);
  g_test_add_func ("/pool/os-threads/pending-signal", test_pending_signal);
  g_test_add_func ("/pool/os-threads/joiner", test_joiner);

  result = g_test_run ();
  freelocale (other_locale);
  return result;
}
