/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include "bench-futex.h"

#include <pthread.h>
#include <sched.h>

/* The least that a thread can cost which is not made anew: an OS thread that is there is handed one body after the other, through a
 * word that both sides wait for: a sleep in the kernel at once, or after it has given way a few times.
 */
#define N_YIELDS 20

typedef struct {
  atomic_uint turn;     /* even: the OS thread waits; odd: it has a body to run */
  atomic_uint n_asleep; /* who waits for the turn in the kernel, or is about to */
  guint n_yields;
  gboolean created;
  GThreadFunc body; /* of whose turn it is */
  gpointer data;
} Parked;

static void
wait_while (Parked *parked,
            guint turn)
{
  for (guint i = 0; i < parked->n_yields; i++) {
    if (atomic_load_explicit (&parked->turn, memory_order_acquire) != turn) {
      return;
    }
    sched_yield ();
  }
  /* One side tells that it sleeps and then looks at the turn, the other passes the turn and then looks for a sleeper: in the one order of
   * all sequentially consistent accesses, one of them comes first and is seen by the other.
   */
  atomic_fetch_add_explicit (&parked->n_asleep, 1, memory_order_seq_cst);
  while (atomic_load_explicit (&parked->turn, memory_order_seq_cst) == turn) {
    bench_futex_wait (&parked->turn, turn);
  }
  atomic_fetch_sub_explicit (&parked->n_asleep, 1, memory_order_relaxed);
}

static void
pass_turn (Parked *parked,
           guint turn)
{
  atomic_store_explicit (&parked->turn, turn, memory_order_seq_cst);
  if (atomic_load_explicit (&parked->n_asleep, memory_order_seq_cst) > 0) {
    bench_futex_wake (&parked->turn, 1);
  }
}

static void *
parked_run (void *data)
{
  Parked *parked = data;

  for (guint turn = 0;; turn += 2) {
    wait_while (parked, turn);
    parked->body (parked->data);
    pass_turn (parked, turn + 2);
  }

  return NULL;
}

/* One for the whole program, that ends with it. */
static gpointer
start_on (Parked *parked,
          GThreadFunc body,
          gpointer data)
{
  guint turn = atomic_load_explicit (&parked->turn, memory_order_relaxed);

  if (!parked->created) {
    pthread_t thread;
    int status = pthread_create (&thread, NULL, parked_run, parked);

    g_assert_cmpint (status, ==, 0);
    pthread_detach (thread);
    parked->created = TRUE;
  }
  parked->body = body;
  parked->data = data;
  pass_turn (parked, turn + 1);

  return parked;
}

static void
parked_peer_join (gpointer thread)
{
  Parked *parked = thread;
  guint turn = atomic_load_explicit (&parked->turn, memory_order_acquire);

  if (turn % 2 == 1) {
    wait_while (parked, turn);
  }
}

static gpointer
futex_peer_start (GThreadFunc body,
                  gpointer data)
{
  static Parked parked = { .n_yields = 0 };

  return start_on (&parked, body, data);
}

static gpointer
yield_peer_start (GThreadFunc body,
                  gpointer data)
{
  static Parked parked = { .n_yields = N_YIELDS };

  return start_on (&parked, body, data);
}

static const ThreadPeer futex_peer = { futex_peer_start, parked_peer_join };
static const ThreadPeer yield_peer = { yield_peer_start, parked_peer_join };

const BenchPeer thread_peers[] = {
  { "floor-parked", &futex_peer },
  { "floor-yields", &yield_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
