/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does an object cost that runs on a pool, and whose end is handled in the main loop, with many of them in flight? */

#include "baton.h"
#include "bench-support.h"
#include "object-peers.h"

#include <stdatomic.h>

#define N_WORKERS 2
#define WARM_UP 1000

typedef struct {
  Baton gate;
  atomic_uint_fast64_t n_run;
  guint64 n_ended; /* only the main thread touches it */
} Flight;

static gpointer
flight_body (gpointer data)
{
  Flight *flight = data;

  baton_wait (&flight->gate, 1);
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
     gpointer pool,
     guint64 count,
     gboolean hold)
{
  Flight flight = { BATON_INIT, 0, 0 };
  gint64 rss = 0;

  if (!hold) {
    baton_set (&flight.gate, 1);
  }
  for (guint64 i = 0; i < count; i++) {
    peer->start (pool, flight_body, &flight, flight_ended);
  }
  if (hold) {
    rss = bench_status_kib ("VmRSS");
    baton_set (&flight.gate, 1);
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
         const BenchRun *run,
         BenchResult *result)
{
  const ObjectPeer *object_peer = peer->data;
  gboolean memory = g_str_equal (run->mode, "memory");
  gpointer pool = object_peer->open (N_WORKERS);
  BenchTime begin;
  gint64 rss;

  fly (object_peer, pool, run->smoke ? 1 : WARM_UP, FALSE);
  if (memory) {
    rss = bench_status_kib ("VmRSS");
    rss = fly (object_peer, pool, run->count, TRUE) - rss;
    bench_result_add (result, "bytes", rss * 1024.0 / run->count);
  } else {
    begin = bench_begin ();
    fly (object_peer, pool, run->count, FALSE);
    bench_end (begin, result, "ns", run->count);
  }
  object_peer->close (pool);
}

int
main (int argc,
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
