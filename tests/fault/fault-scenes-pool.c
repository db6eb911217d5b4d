/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-session.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "my-test-patience.h"

/* Scenes of pools. */

/* Pushes a task; again, when the system has relented, if it was refused. */
static void
push (MyThreadPool *pool,
      MyTaskFunc func,
      gpointer data,
      GDestroyNotify destroy)
{
  guint64 n_queued = my_thread_pool_get_n_queued (pool);
  GError *error = NULL;

  if (my_thread_pool_push_full (pool, func, data, destroy, &error)) {
    FAULT_CHECK (error == NULL);
    return;
  }
  fault_expect_refusal (&error);
  FAULT_CHECK (my_thread_pool_get_n_queued (pool) == n_queued);
  fault_let_pass ();
  FAULT_CHECK (my_thread_pool_push_full (pool, func, data, destroy, &error));
}

/* Shuts it down, drops it, and lets it be refused an OS thread on the way. */
static void
shut_down (MyThreadPool *pool,
           MyShutdownMode mode)
{
  GError *error = NULL;

  if (!my_thread_pool_shutdown (pool, mode, &error)) {
    fault_expect_refusal (&error);
    fault_let_pass ();
    FAULT_CHECK (my_thread_pool_shutdown (pool, mode, &error));
  }
  FAULT_CHECK (my_thread_pool_get_n_queued (pool) == 0);
  FAULT_CHECK (my_thread_pool_get_n_active (pool) == 0);

  FAULT_CHECK (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error));
  FAULT_CHECK (!my_thread_pool_push (pool, (MyTaskFunc) g_free, NULL, &error));
  FAULT_CHECK (g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN));
  g_error_free (error);
}

static MyThreadPool *
pool_new (guint max_threads)
{
  MyThreadPool *pool = my_thread_pool_new ("fault", max_threads);

  fault_watch_object (pool);
  return pool;
}

/* pool: functions and threads, and what can be set */

typedef struct {
  FaultCounter *counter;
  gpointer data;
} Task;

static void
task_count (gpointer data)
{
  fault_counter_add (((Task *) data)->counter);
}

static void
task_block (gpointer data)
{
  my_thread_pool_begin_blocking ();
  fault_counter_add (((Task *) data)->counter);
  my_thread_pool_end_blocking ();
}

static void
task_free (gpointer data)
{
  fault_data_destroy (((Task *) data)->data);
  g_free (data);
}

static Task *
task_new (FaultCounter *counter)
{
  Task *self = g_new (Task, 1);

  self->counter = counter;
  self->data = fault_data_new ();
  return self;
}

/* Joins another thread, when all have been started. */
typedef struct {
  FaultCounter *gate;
  FaultWorker *other;
} Dependence;

static void
work_join_late (FaultWorker *worker,
                gpointer dependence,
                GError **error)
{
  Dependence *self = dependence;

  fault_counter_wait (self->gate, 1);
  my_thread_join (MY_THREAD (self->other), error);
}

/* More than one segment of the queue has room for. */
#define N_MANY 4200

/* Only the last one wakes who waits. */
typedef struct {
  FaultCounter *counter;
  gint n;
} Many;

static void
count_one (gpointer data)
{
  Many *self = data;

  if (g_atomic_int_add (&self->n, 1) + 1 == N_MANY) {
    fault_counter_add (self->counter);
  }
}

void
fault_scene_pool (void)
{
  MyThreadPool *pool = pool_new (2);
  FaultWorker *workers[4];
  Dependence dependences[G_N_ELEMENTS (workers)];
  FaultCounter counter;
  FaultCounter gate;
  Many many = { &counter, 0 };

  fault_counter_init (&counter);
  fault_counter_init (&gate);
  for (guint i = 0; i < 6; i++) {
    push (pool, i % 2 == 0 ? task_count : task_block, task_new (&counter), task_free);
  }
  workers[0] = fault_worker_new (NULL, pool, fault_work_count, &counter);
  for (guint i = 1; i < G_N_ELEMENTS (workers); i++) {
    dependences[i] = (Dependence){ &gate, workers[i - 1] };
    workers[i] = fault_worker_new (NULL, pool, work_join_late, &dependences[i]);
  }
  /* The last one first: each needs one that comes after it. */
  for (guint i = G_N_ELEMENTS (workers); i-- > 0;) {
    fault_worker_start (workers[i]);
  }
  fault_counter_add (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    fault_worker_join (workers[i], i == 0 ? FAULT_SUCCEEDS : FAULT_ENDS);
  }
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    g_object_unref (workers[i]);
  }
  fault_counter_wait (&counter, 7);

  my_thread_pool_set_max_threads (pool, 3);
  my_thread_pool_set_max_queued (pool, 2);
  for (guint i = 0; i < 8; i++) {
    push (pool, task_count, task_new (&counter), task_free);
  }
  my_thread_pool_set_max_queued (pool, 0);
  my_thread_pool_set_max_threads (pool, 1);
  for (guint i = 0; i < N_MANY; i++) {
    push (pool, count_one, &many, NULL);
  }
  fault_counter_wait (&counter, 16);

  shut_down (pool, MY_SHUTDOWN_DRAIN);
  FAULT_CHECK (fault_counter_get (&counter) == 16);
  FAULT_CHECK (many.n == N_MANY);
  FAULT_CHECK (fault_has_struck () || my_thread_pool_get_n_completed (pool) == 14 + 4 + N_MANY);
  g_object_unref (pool);
  fault_counter_clear (&counter);
  fault_counter_clear (&gate);
}

/* blocked pool: all workers wait, and something is queued: another worker has to come, if not at once, then later */

static void
task_join (gpointer sleeper)
{
  my_thread_join (sleeper, NULL);
}

void
fault_scene_blocked_pool (void)
{
  MyThreadPool *pool = pool_new (1);
  FaultWorker *sleeper = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  FaultWorker *worker;
  FaultCounter counter;

  fault_counter_init (&counter);
  worker = fault_worker_new (NULL, pool, fault_work_count, &counter);
  fault_worker_start (sleeper);
  if (my_thread_get_state (MY_THREAD (sleeper)) == MY_THREAD_STATE_NEW) {
    fault_let_pass ();
    fault_worker_start (sleeper);
  }
  push (pool, task_join, sleeper, NULL);
  push (pool, task_join, sleeper, NULL);
  push (pool, task_count, task_new (&counter), task_free);
  fault_worker_start (worker);
  fault_let_pass ();
  fault_counter_wait (&counter, 1);
  fault_worker_join (worker, FAULT_SUCCEEDS);
  fault_counter_wait (&counter, 2);

  my_thread_cancel (MY_THREAD (sleeper));
  fault_worker_join (sleeper, FAULT_IS_CANCELLED);
  shut_down (pool, MY_SHUTDOWN_DRAIN);
  g_object_unref (sleeper); /* both tasks were joining it */
  g_object_unref (worker);
  g_object_unref (pool);
  fault_counter_clear (&counter);
}

/* shutdown: with work left; and a pool that is dropped with work left */

void
fault_scene_shutdown (void)
{
  MyThreadPool *pool = pool_new (1);
  FaultWorker *workers[3];
  FaultCounter counter;

  fault_counter_init (&counter);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    workers[i] = fault_worker_new (NULL, pool, fault_work_sleep, NULL);
    fault_worker_start (workers[i]);
    push (pool, task_count, task_new (&counter), task_free);
  }
  fault_let_pass ();
  shut_down (pool, MY_SHUTDOWN_CANCEL);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    if (my_thread_get_state (MY_THREAD (workers[i])) == MY_THREAD_STATE_NEW) {
      /* It was refused, and now there is nothing to start it on. */
      my_thread_set_executor (MY_THREAD (workers[i]), NULL);
      my_thread_cancel (MY_THREAD (workers[i]));
    }
    fault_worker_finish (workers[i], FAULT_IS_CANCELLED);
  }
  FAULT_CHECK (fault_n_data == 0);
  g_object_unref (pool);

  pool = pool_new (0);
  for (guint i = 0; i < 4; i++) {
    push (pool, task_count, task_new (&counter), task_free);
  }
  g_object_unref (pool);
  /* The counter is used until then. */
  fault_wait_until_zero (&fault_n_data, "a pool that was dropped has not done its work");
  fault_counter_clear (&counter);
}

/* heritage: a worker is as the main thread is, whoever has it made: here one that may use one processor only, and is nice, while
 * the main thread waits for a signal; and the default pool is there from here on */

typedef struct {
  FaultCounter counter;
  cpu_set_t cpus;
  sigset_t blocked;
} Heritage;

static void
task_look (gpointer data)
{
  Heritage *self = data;

  FAULT_CHECK (sched_getaffinity (0, sizeof self->cpus, &self->cpus) == 0);
  FAULT_CHECK (pthread_sigmask (SIG_BLOCK, NULL, &self->blocked) == 0);
  fault_counter_add (&self->counter);
}

static gboolean
main_is_asleep (gpointer unused)
{
  return my_test_get_os_state (getpid ()) == 'S';
}

static void
become_odd (const cpu_set_t *cpus)
{
  cpu_set_t one;
  int cpu = 0;

  while (!CPU_ISSET (cpu, cpus)) {
    cpu++;
  }
  CPU_ZERO (&one);
  CPU_SET (cpu, &one);
  FAULT_CHECK (sched_setaffinity (0, sizeof one, &one) == 0);
  FAULT_CHECK (setpriority (PRIO_PROCESS, (id_t) gettid (), getpriority (PRIO_PROCESS, (id_t) gettid ()) + 1) == 0);
}

static void *
play_heritage (void *main_id)
{
  MyThreadPool *pool;
  Heritage heritage;
  cpu_set_t cpus;

  fault_counter_init (&heritage.counter);
  FAULT_CHECK (sched_getaffinity (getpid (), sizeof cpus, &cpus) == 0);
  become_odd (&cpus);
  fault_begin_exempt ();
  my_test_wait_until (main_is_asleep, NULL);
  fault_end_exempt ();

  pool = my_thread_pool_get_default ();
  my_thread_pool_set_max_threads (pool, 2); /* it keeps them: on no machine more than on another */
  push (pool, task_look, &heritage, NULL);
  fault_counter_wait (&heritage.counter, 1);
  FAULT_CHECK (fault_has_struck () || CPU_EQUAL (&heritage.cpus, &cpus));
  FAULT_CHECK (fault_has_struck () || sigismember (&heritage.blocked, SIGUSR1));

  fault_counter_clear (&heritage.counter);
  FAULT_CHECK (pthread_kill (*(pthread_t *) main_id, SIGUSR1) == 0);
  return NULL;
}

void
fault_scene_heritage (void)
{
  pthread_t main_id = pthread_self ();
  pthread_t id;
  sigset_t awaited;
  sigset_t old;
  int signal_number;

  sigemptyset (&awaited);
  sigaddset (&awaited, SIGUSR1);
  pthread_sigmask (SIG_BLOCK, &awaited, &old);
  FAULT_CHECK (pthread_create (&id, NULL, play_heritage, &main_id) == 0);
  FAULT_CHECK (sigwait (&awaited, &signal_number) == 0);
  FAULT_CHECK (pthread_join (id, NULL) == 0);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
}

/* parallel: loops and forks, from here and from a thread */

static void
add_range (gsize begin,
           gsize end,
           gpointer sum)
{
  for (gsize i = begin; i < end; i++) {
    g_atomic_int_add ((gint *) sum, (gint) i);
  }
}

typedef struct {
  MyThreadPool *pool;
  guint n;
  guint result;
} Fibonacci;

static void
compute (gpointer data)
{
  Fibonacci *self = data;
  Fibonacci left = { self->pool, self->n - 1, 0 };
  Fibonacci right = { self->pool, self->n - 2, 0 };

  if (self->n < 2) {
    self->result = self->n;
    return;
  }
  my_parallel_invoke (self->pool, compute, &left, compute, &right);
  self->result = left.result + right.result;
}

static void
work_in_parallel (FaultWorker *worker,
                  gpointer pool,
                  GError **error)
{
  Fibonacci fibonacci = { pool, 8, 0 };
  gint sum = 0;

  my_parallel_for (pool, 0, 300, 10, add_range, &sum);
  FAULT_CHECK (sum == 300 * 299 / 2);
  compute (&fibonacci);
  FAULT_CHECK (fibonacci.result == 21);
}

void
fault_scene_parallel (void)
{
  MyThreadPool *pool = pool_new (3);
  FaultWorker *inside = fault_worker_new (NULL, pool, work_in_parallel, pool);
  FaultWorker *outside = fault_worker_new (NULL, NULL, work_in_parallel, pool);

  work_in_parallel (NULL, pool, NULL);
  work_in_parallel (NULL, NULL, NULL); /* the default pool */
  fault_worker_start (inside);
  fault_worker_start (outside);
  fault_worker_finish (inside, FAULT_SUCCEEDS);
  fault_worker_finish (outside, FAULT_SUCCEEDS);
  shut_down (pool, MY_SHUTDOWN_DRAIN);
  g_object_unref (pool);
}
