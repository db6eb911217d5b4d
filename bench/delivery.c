/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does it cost to have an event of a worker handled in the main loop, with exactly one handler call for each? */

#include "baton.h"
#include "bench-support.h"
#include "delivery-peers.h"

typedef struct {
  const DeliveryPeer *peer;
  Delivery delivery;
  guint64 n_rounds;
  Baton go;          /* the round that the producer may post */
  Baton posted;      /* the round that it has posted */
  gint64 post_begin; /* [posted] of the last round */
  gint64 post_end;   /* [posted] */
} Producer;

static gpointer
producer_run (gpointer data)
{
  Producer *self = data;

  for (guint64 round = 1; round <= self->n_rounds; round++) {
    baton_wait (&self->go, round);
    self->post_begin = bench_now ();
    for (guint64 i = 0; i < self->delivery.burst; i++) {
      self->peer->post (&self->delivery, i);
    }
    self->post_end = bench_now ();
    baton_set (&self->posted, round);
  }

  return NULL;
}

static void
run_loop_until (Delivery *delivery,
                guint64 n_handled,
                gboolean may_sleep)
{
  while (delivery->n_handled < n_handled) {
    g_main_context_iteration (NULL, may_sleep);
  }
}

/* All is posted while the loop is blocked, then delivered: both times are counted, the hand-over between them is not. */
static gint64
burst_round (Producer *producer,
             guint64 round)
{
  gint64 begin;

  baton_set (&producer->go, round);
  baton_wait (&producer->posted, round);
  begin = bench_now ();
  run_loop_until (&producer->delivery, round * producer->delivery.burst, FALSE);

  return bench_now () - begin + producer->post_end - producer->post_begin;
}

/* The loop runs while it is posted: from the first post to the last handler. */
static gint64
concurrent_round (Producer *producer,
                  guint64 round)
{
  gint64 end;

  baton_set (&producer->go, round);
  run_loop_until (&producer->delivery, round * producer->delivery.burst, TRUE);
  end = bench_now ();
  baton_wait (&producer->posted, round);

  return end - producer->post_begin;
}

static void
call (void (*function) (Delivery *delivery),
      Delivery *delivery)
{
  if (function) {
    function (delivery);
  }
}

static void
deliver (const DeliveryPeer *peer,
         guint64 burst,
         guint64 n_rounds,
         gboolean concurrent,
         BenchResult *result)
{
  Producer producer = {
    .peer = peer,
    .delivery = { .burst = burst },
    .n_rounds = n_rounds,
    .go = BATON_INIT,
    .posted = BATON_INIT,
  };
  Delivery *delivery = &producer.delivery;
  gint64 elapsed = 0, cpu = 0;
  GThread *thread;

  /* As in a handler that takes its time: the loop is blocked, and its context has an owner. */
  g_main_context_acquire (NULL);
  call (peer->set_up, delivery);
  thread = g_thread_new ("producer", producer_run, &producer);
  for (guint64 round = 1; round <= n_rounds; round++) {
    delivery->round = round;
    call (peer->before_round, delivery);
    cpu -= bench_cpu_time ();
    elapsed += concurrent ? concurrent_round (&producer, round) : burst_round (&producer, round);
    cpu += bench_cpu_time ();
    call (peer->after_round, delivery);
  }
  g_thread_join (thread);
  call (peer->tear_down, delivery);
  g_main_context_release (NULL);

  g_assert_cmpuint (delivery->n_handled, ==, burst * n_rounds);

  if (result) {
    bench_result_add (result, "ns", (double) elapsed / delivery->n_handled);
    bench_result_add (result, "cpu_ns", (double) cpu / delivery->n_handled);
  }
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  gboolean concurrent = g_str_equal (run->mode, "concurrent");
  guint64 burst = concurrent ? 10000 : 1000;

  if (g_str_equal (run->mode, "one-burst") || run->count < burst) {
    burst = run->count;
  }

  if (!run->smoke) {
    deliver (peer->data, 1000, 3, concurrent, NULL);
  }
  deliver (peer->data, burst, run->count / burst, concurrent, result);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "burst", "concurrent", "one-burst", NULL };
  static const BenchPeer peers[] = {
    { "floor-signal", &delivery_floor_signal },
    { "mythread-progress", &delivery_progress },
    { "mythread-started", &delivery_started },
    { "g_idle_add", &delivery_idle },
  };
  static const BenchProgram program = { "delivery", modes, 1000000, 50, measure };

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
