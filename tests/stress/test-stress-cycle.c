/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"
#include "stress-support.h"

/* Cycles of joins: one of those in it is told, and nobody hangs. */

#define MAX_NODES 8

typedef struct {
  MyThread *thread;
  MyThread *target;     /* whom it joins, or NULL */
  MyThreadGroup *group; /* whose members it joins, or NULL */
  gint64 timeout_us;
  gint *n_arrived; /* atomic */
  gint n_nodes;
  gint outcome; /* atomic: what its join said */
} Node;

enum {
  JOINED,
  DEADLOCK,
  TIMED_OUT,
  CANCELLED
};

static void
run_node (MyThread *thread,
          gpointer data,
          GError **error)
{
  Node *node = data;
  g_autoptr (GError) join_error = NULL;
  gint outcome = JOINED;
  gboolean ok = TRUE;

  /* all of them, so that nobody joins one who has ended */
  g_atomic_int_inc (node->n_arrived);
  while (g_atomic_int_get (node->n_arrived) < node->n_nodes) {
    g_thread_yield ();
  }

  if (node->group) {
    ok = my_thread_group_join_timeout (node->group, node->timeout_us, &join_error);
  } else if (node->target) {
    ok = my_thread_join_timeout (node->target, node->timeout_us, &join_error);
  }
  if (g_error_matches (join_error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK)) {
    outcome = DEADLOCK;
  } else if (g_error_matches (join_error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT)) {
    outcome = TIMED_OUT;
  } else if (g_error_matches (join_error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    outcome = CANCELLED;
  } else {
    g_assert_no_error (join_error);
  }
  g_assert_cmpint (ok, ==, outcome == JOINED);
  g_atomic_int_set (&node->outcome, outcome);
}

static void
nodes_init (Node *nodes,
            MyThreadGroup **groups,
            guint n,
            gint *n_arrived)
{
  *n_arrived = 0;
  memset (nodes, 0, n * sizeof *nodes);
  for (guint i = 0; i < n; i++) {
    nodes[i].thread = my_test_thread_new_in_group (groups ? groups[i] : NULL, run_node, &nodes[i]);
    nodes[i].timeout_us = -1;
    nodes[i].n_arrived = n_arrived;
    nodes[i].n_nodes = n;
  }
}

static void
make_ring (Node *nodes,
           guint n)
{
  for (guint i = 0; i < n; i++) {
    nodes[i].target = nodes[(i + 1) % n].thread;
  }
}

static void
nodes_start (Node *nodes,
             guint n)
{
  for (guint i = 0; i < n; i++) {
    g_assert_true (my_thread_start (nodes[i].thread, NULL));
  }
}

static void
nodes_end (Node *nodes,
           guint n)
{
  for (guint i = 0; i < n; i++) {
    my_thread_join (nodes[i].thread, NULL);
    g_assert_false (my_thread_is_alive (nodes[i].thread));
  }
  /* they join each other without references of their own */
  for (guint i = 0; i < n; i++) {
    g_object_unref (nodes[i].thread);
  }
}

static guint
count_outcomes (Node *nodes,
                guint n,
                gint outcome)
{
  guint count = 0;

  for (guint i = 0; i < n; i++) {
    if (g_atomic_int_get (&nodes[i].outcome) == outcome) {
      count++;
    }
  }

  return count;
}

/* So many were told, and all others joined. */
static void
check_told (Node *nodes,
            guint n,
            guint n_told)
{
  g_assert_cmpuint (count_outcomes (nodes, n, DEADLOCK), ==, n_told);
  g_assert_cmpuint (count_outcomes (nodes, n, JOINED), ==, n - n_told);
}

static void
test_ring (StressRound *round)
{
  Node nodes[MAX_NODES];
  gint n_arrived;
  guint n = 2 + round->n % (MAX_NODES - 1);

  nodes_init (nodes, NULL, n, &n_arrived);
  make_ring (nodes, n);
  nodes_start (nodes, n);
  nodes_end (nodes, n);
  /* only the last join of the ring closes it */
  check_told (nodes, n, 1);
}

/* Everyone joins anyone: as many are told as there are cycles. */
static guint
count_cycles (const gint *targets,
              guint n)
{
  guint n_cycles = 0;

  for (guint i = 0; i < n; i++) {
    gint node = targets[i];
    gboolean smallest = TRUE;

    for (guint steps = 0; steps < n && node >= 0 && node != (gint) i; steps++) {
      smallest = smallest && node > (gint) i;
      node = targets[node];
    }
    if (node == (gint) i && smallest) {
      n_cycles++;
    }
  }

  return n_cycles;
}

static void
test_graph (StressRound *round)
{
  Node nodes[MAX_NODES];
  gint n_arrived;
  guint n = 2 + stress_random_below (&round->random, MAX_NODES - 1);
  gint targets[MAX_NODES];
  guint n_cycles;

  nodes_init (nodes, NULL, n, &n_arrived);
  for (guint i = 0; i < n; i++) {
    targets[i] = (gint) stress_random_below (&round->random, n + 1) - 1;
    nodes[i].target = targets[i] < 0 ? NULL : nodes[targets[i]].thread;
  }
  n_cycles = count_cycles (targets, n);
  nodes_start (nodes, n);
  nodes_end (nodes, n);
  check_told (nodes, n, n_cycles);
  stress_tally ("cycles", n_cycles);
}

/* a ring with one limit in it is no deadlock: it ends by itself */
static void
test_limit (StressRound *round)
{
  Node nodes[MAX_NODES];
  gint n_arrived;
  guint n = 2 + stress_random_below (&round->random, MAX_NODES - 1);

  nodes_init (nodes, NULL, n, &n_arrived);
  make_ring (nodes, n);
  nodes[stress_random_below (&round->random, n)].timeout_us = stress_random_below (&round->random, 300);
  nodes_start (nodes, n);
  nodes_end (nodes, n);
  g_assert_cmpuint (count_outcomes (nodes, n, DEADLOCK), ==, 0);
  g_assert_cmpuint (count_outcomes (nodes, n, TIMED_OUT), ==, 1);
  g_assert_cmpuint (count_outcomes (nodes, n, JOINED), ==, n - 1);
}

static void
cancel_one (guint index,
            StressRandom *random,
            gpointer data)
{
  Node *nodes = data;
  Node *node = &nodes[stress_random_below (random, nodes->n_nodes)];

  while (g_atomic_int_get (node->n_arrived) < node->n_nodes) {
    g_thread_yield ();
  }
  stress_dither (random);
  my_thread_cancel (node->thread);
}

/* a ring that is closed and cut at the same time */
static void
test_cancel (StressRound *round)
{
  Node nodes[MAX_NODES];
  gint n_arrived;
  guint n = 2 + stress_random_below (&round->random, MAX_NODES - 1);

  nodes_init (nodes, NULL, n, &n_arrived);
  make_ring (nodes, n);
  stress_crew_go (round->crew, cancel_one, nodes);
  nodes_start (nodes, n);
  stress_crew_wait (round->crew);
  nodes_end (nodes, n);
  /* One of the two ended the ring, or both did. */
  g_assert_cmpuint (count_outcomes (nodes, n, DEADLOCK), <=, 1);
  g_assert_cmpuint (count_outcomes (nodes, n, CANCELLED), <=, 1);
  g_assert_cmpuint (count_outcomes (nodes, n, JOINED), <, n);
  g_assert_cmpuint (count_outcomes (nodes, n, TIMED_OUT), ==, 0);
}

/* each is in a group of its own, and joins the next one's group */
static void
test_groups (StressRound *round)
{
  Node nodes[MAX_NODES];
  gint n_arrived;
  guint n = 2 + round->n % (MAX_NODES - 1);
  MyThreadGroup *groups[MAX_NODES];

  for (guint i = 0; i < n; i++) {
    groups[i] = my_thread_group_new (NULL, NULL);
  }
  nodes_init (nodes, groups, n, &n_arrived);
  for (guint i = 0; i < n; i++) {
    nodes[i].group = groups[(i + 1) % n];
  }
  nodes_start (nodes, n);
  nodes_end (nodes, n);
  check_told (nodes, n, 1);
  for (guint i = 0; i < n; i++) {
    g_object_unref (groups[i]);
  }
}

/* Each group has two slots, and one more that is queued; both holders join the one that is queued in the next group. Only all of
 * them together are stuck. */

#define MAX_LAYERS 4

static void
test_slots (StressRound *round)
{
  guint n_layers = 1 + round->n % MAX_LAYERS;
  guint n = 2 * n_layers;
  MyThreadGroup *groups[MAX_LAYERS];
  MyThreadGroup *groups_of_nodes[2 * MAX_LAYERS];
  MyThread *queued[MAX_LAYERS];
  Node nodes[2 * MAX_LAYERS];
  gint n_arrived;

  for (guint i = 0; i < n_layers; i++) {
    groups[i] = my_thread_group_new (NULL, NULL);
    my_thread_group_set_max_running (groups[i], 2);
    queued[i] = my_test_thread_new_in_group (groups[i], NULL, NULL);
    groups_of_nodes[2 * i] = groups_of_nodes[2 * i + 1] = groups[i];
  }
  nodes_init (nodes, groups_of_nodes, n, &n_arrived);
  for (guint i = 0; i < n; i++) {
    nodes[i].target = queued[(i / 2 + 1) % n_layers];
    nodes[i].n_nodes = n + 1;
  }
  nodes_start (nodes, n);
  for (guint i = 0; i < n_layers; i++) {
    g_assert_true (my_thread_start (queued[i], NULL));
  }
  /* Now all can be joined. */
  g_atomic_int_inc (&n_arrived);

  for (guint i = 0; i < n_layers; i++) {
    g_assert_true (my_thread_join (queued[i], NULL));
  }
  nodes_end (nodes, n);
  check_told (nodes, n, 1);
  for (guint i = 0; i < n_layers; i++) {
    g_object_unref (queued[i]);
    g_object_unref (groups[i]);
  }
}

/* A ring that is too long for a glance, so that its last joins are searched, while somebody starts threads all the time. */

#define N_LONG 48

typedef struct {
  gint is_over; /* atomic */
  guint n_started;
} Starter;

static void
start_threads (guint index,
               StressRandom *random,
               gpointer data)
{
  Starter *self = data;

  do {
    MyThread *thread = my_test_start (NULL, NULL, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
    self->n_started++;
  } while (!g_atomic_int_get (&self->is_over));
}

static void
test_long_ring (StressRound *round)
{
  Node nodes[N_LONG];
  gint n_arrived;
  Starter starter = { 0 };

  nodes_init (nodes, NULL, N_LONG, &n_arrived);
  make_ring (nodes, N_LONG);
  stress_crew_go (round->crew, start_threads, &starter);
  nodes_start (nodes, N_LONG);
  nodes_end (nodes, N_LONG);
  g_atomic_int_set (&starter.is_over, TRUE);
  stress_crew_wait (round->crew);
  check_told (nodes, N_LONG, 1);
  stress_tally ("threads meanwhile", starter.n_started);
}

static const StressCase cases[] = {
  { .name = "ring", .run_round = test_ring },
  { .name = "graph", .run_round = test_graph },
  { .name = "limit", .run_round = test_limit },
  { .name = "cancel", .run_round = test_cancel, .n_crew = 1 },
  { .name = "groups", .run_round = test_groups },
  { .name = "slots", .run_round = test_slots },
  { .name = "long-ring", .run_round = test_long_ring, .n_crew = 1 },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/cycle", cases, G_N_ELEMENTS (cases));
}
