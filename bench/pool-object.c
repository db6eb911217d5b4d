/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does an object cost that runs on a pool, and whose end is handled in the main loop, with many of them in flight? */

#include "bench-support.h"
#include "gate.h"
#include "object-peers.h"

#include <stdatomic.h>

#define N_WORKERS 2
#define WARM_UP 1000

typedef struct {
  Gate gate;
  atomic_uint_fast64_t n_run;
  guint64 n_ended; /* only the main thread touches it */
} Flight;

static gpointer
flight_body (gpointer data)
{
  Flight *flight = data;

  gate_pass (&flight->gate);
  atomic_fetch_add_explicit (&flight->n_run, 1, memory_order_relaxed);

  return NULL;
}

static void
flight_ended (gpointer data)
{
  Flight *flight = data;

  flight->n_ended++;
}

/* Returns the memory when all have been started; where they are held, none has ended by then. */
static gint64
fly (const ObjectPeer *peer,
     gpointer          pool,
     guint64           count,
     gboolean          hold)
{
  Flight flight = { GATE_INIT, 0, 0 };
  gint64 rss = 0;

  if (!hold) {
    gate_open (&flight.gate);
  }
  for (guint64 i = 0; i < count; i++) {
    peer->start (pool, flight_body, &flight, flight_ended);
  }
  if (hold) {
    rss = bench_status_kib ("VmRSS");
    gate_open (&flight.gate);
  }
  while (flight.n_ended < count) {
    g_main_context_iteration (NULL, TRUE);
  }

  g_assert_cmpuint (atomic_load (&flight.n_run), ==, count);
  g_assert_cmpuint (flight.n_ended, ==, count);

  return rss;
}

static void
measure (const BenchPeer *peer,
         const BenchRun  *run,
         BenchResult     *result)
{
  const ObjectPeer *object_peer = peer->data;
  gboolean memory = g_str_equal (run->mode, "memory");
  gpointer pool = object_peer->open (N_WORKERS);
  gint64 begin, elapsed, cpu, rss;

  fly (object_peer, pool, run->smoke ? 1 : WARM_UP, FALSE);
  if (memory) {
    rss = bench_status_kib ("VmRSS");
    rss = fly (object_peer, pool, run->count, TRUE) - rss;
    bench_result_add (result, "bytes", rss * 1024.0 / run->count);
  } else {
    cpu = bench_cpu_time ();
    begin = bench_now ();
    fly (object_peer, pool, run->count, FALSE);
    elapsed = bench_now () - begin;
    cpu = bench_cpu_time () - cpu;
    bench_result_add (result, "ns", (double) elapsed / run->count);
    bench_result_add (result, "cpu_ns", (double) cpu / run->count);
  }
  object_peer->close (pool);
}

int
main (int    argc,
      char **argv)
{
  static const char *const modes[] = { "in-flight", "memory", NULL };
  static const BenchPeer peers[] = {
    { "floor-signal", &object_floor },
    { "GTask", &object_gtask },
    { "mythread", &object_mythread },
  };
  static const BenchProgram program = { "pool-object", modes, 100000, 10, measure };

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
