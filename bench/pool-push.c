/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does it cost to have a task run that does nothing, and what does it cost to have it in the queue? */

#include "baton.h"
#include "bench-support.h"
#include "pool-peers.h"
#include "work-count.h"

#include <pthread.h>

#define N_WORKERS 2
#define N_PRODUCERS 4
#define WARM_UP 2000

typedef struct {
  const PoolPeer *peer;
  gpointer pool;
  PoolBatch batch;
  pthread_barrier_t *begin;
} Producer;

static gpointer
producer_run (gpointer data)
{
  Producer *self = data;

  pthread_barrier_wait (self->begin);
  self->peer->produce (self->pool, &self->batch);

  return NULL;
}

/* From when all producers are there to when the last task has been run. */
static gint64
push_from_many (const PoolPeer *peer,
                gpointer pool,
                guint64 count)
{
  pthread_barrier_t all_there;
  Producer producer = { peer, pool, { work_count_add, NULL, count / N_PRODUCERS, NULL }, &all_there };
  guint64 before = work_count_get ();
  GThread *threads[N_PRODUCERS];
  gint64 begin, elapsed;

  pthread_barrier_init (&all_there, NULL, N_PRODUCERS + 1);
  for (guint i = 0; i < N_PRODUCERS; i++) {
    threads[i] = g_thread_new ("producer", producer_run, &producer);
  }
  begin = bench_now ();
  pthread_barrier_wait (&all_there);
  work_count_wait (before + count);
  elapsed = bench_now () - begin;
  for (guint i = 0; i < N_PRODUCERS; i++) {
    g_thread_join (threads[i]);
  }
  pthread_barrier_destroy (&all_there);

  return elapsed;
}

static gint64
push_from_one (const PoolPeer *peer,
               gpointer pool,
               guint64 count)
{
  PoolBatch batch = { work_count_add, NULL, count, NULL };
  guint64 before = work_count_get ();
  gint64 begin = bench_now ();

  peer->produce (pool, &batch);
  work_count_wait (before + count);

  return bench_now () - begin;
}

static void
measure_time (const PoolPeer *peer,
              gpointer pool,
              guint64 count,
              gboolean many,
              BenchResult *result)
{
  gint64 cpu = bench_cpu_time ();
  guint64 before = work_count_get ();
  gint64 elapsed = many ? push_from_many (peer, pool, count) : push_from_one (peer, pool, count);

  cpu = bench_cpu_time () - cpu;
  g_assert_cmpuint (work_count_get () - before, ==, count);
  bench_result_add (result, "ns", (double) elapsed / count);
  bench_result_add (result, "cpu_ns", (double) cpu / count);
}

typedef struct {
  Baton gate;
  gint64 rss;
} Held;

static void
held_run (gpointer data)
{
  Held *held = data;

  baton_wait (&held->gate, 1);
  work_count_add (NULL);
}

static void
held_pushed (gpointer data)
{
  Held *held = data;

  held->rss = bench_status_kib ("VmRSS");
  baton_set (&held->gate, 1);
}

/* The workers are held by the first tasks until all are queued. What a pool allocates for all tasks when it is opened counts too. */
static void
measure_memory (const PoolPeer *peer,
                gpointer pool,
                guint64 count,
                gint64 rss_before,
                BenchResult *result)
{
  Held held = { BATON_INIT, 0 };
  PoolBatch batch = { held_run, &held, count, held_pushed };
  guint64 before = work_count_get ();

  peer->produce (pool, &batch);
  work_count_wait (before + count);
  bench_result_add (result, "bytes", (held.rss - rss_before) * 1024.0 / count);
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const PoolPeer *pool_peer = peer->data;
  gboolean many = g_str_equal (run->mode, "four-producers");
  gboolean memory = g_str_equal (run->mode, "memory");
  gint64 rss_before = bench_status_kib ("VmRSS");
  gpointer pool;

  if ((many || memory) && pool_peer->is_worker) {
    result->skipped = g_strdup (many ? "but one thread can push" : "it queues only a few");
    result->not_asked = TRUE;
    return;
  }

  pool = pool_peer->open (N_WORKERS);
  push_from_one (pool_peer, pool, run->smoke ? 2 : WARM_UP);
  if (memory) {
    measure_memory (pool_peer, pool, run->count, rss_before, result);
  } else {
    measure_time (pool_peer, pool, run->count, many, result);
  }
  pool_peer->close (pool);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "one-producer", "four-producers", "memory", NULL };
  static const BenchProgram program = { "pool-push", modes, 1000000, 40, measure };

  return bench_main (&program, pool_peers, n_pool_peers, argc, argv);
}
