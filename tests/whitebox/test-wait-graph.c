/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-state-lock-private.h"
#include "sync/my-wait-private.h"

/* The search for deadlocks, on graphs made by hand: a node waits for one other, for all or for any of some, or for
 * nobody. */

typedef struct _Node Node;

struct _Node {
  MyWaiter waiter;
  MyWait wait;
  Node *targets[3];
};

static MyWaiter *
get_blocker (gpointer object)
{
  return &((Node *) object)->targets[0]->waiter;
}

static gboolean
one_is_stuck (gpointer      object,
              MyWaitSearch *search)
{
  Node *self = object;

  for (guint i = 0; i < 3 && self->targets[i] != NULL; i++) {
    if (my_wait_search_is_stuck (search, &self->targets[i]->waiter)) {
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
all_are_stuck (gpointer      object,
               MyWaitSearch *search)
{
  Node *self = object;

  for (guint i = 0; i < 3 && self->targets[i] != NULL; i++) {
    if (!my_wait_search_is_stuck (search, &self->targets[i]->waiter)) {
      return FALSE;
    }
  }
  return TRUE;
}

static const MyWaitTarget one_target = { .get_blocker = get_blocker };
static const MyWaitTarget every_target = { .is_stuck = one_is_stuck };
static const MyWaitTarget any_target = { .is_stuck = all_are_stuck };

static void
wait_for (Node               *self,
          const MyWaitTarget *target,
          Node               *a,
          Node               *b,
          Node               *c)
{
  self->targets[0] = a;
  self->targets[1] = b;
  self->targets[2] = c;
  self->wait = (MyWait){ .waiter = &self->waiter, .target = target, .object = self, .unlimited = TRUE };
  self->waiter.wait = &self->wait;
}

static gboolean
is_deadlock (Node               *self,
             const MyWaitTarget *target,
             Node               *a,
             Node               *b,
             Node               *c)
{
  Node probe = { .targets = { a, b, c } };
  gboolean result;

  my_state_lock ();
  result = my_wait_would_deadlock (&self->waiter, target, &probe);
  my_state_unlock ();

  return result;
}

static void
test_ring (void)
{
  Node a = { 0 };
  Node b = { 0 };
  Node c = { 0 };

  wait_for (&b, &one_target, &c, NULL, NULL);
  g_assert_false (is_deadlock (&a, &one_target, &b, NULL, NULL));
  wait_for (&c, &one_target, &a, NULL, NULL);
  g_assert_true (is_deadlock (&a, &one_target, &b, NULL, NULL));
  g_assert_true (is_deadlock (&a, &one_target, &a, NULL, NULL));
}

/* What counts is a wait without a limit that is neither satisfied nor cancelled. */
static void
test_edges (void)
{
  Node a = { 0 };
  Node b = { 0 };

  wait_for (&b, &one_target, &a, NULL, NULL);
  g_assert_true (is_deadlock (&a, &one_target, &b, NULL, NULL));

  b.wait.unlimited = FALSE;
  g_assert_false (is_deadlock (&a, &one_target, &b, NULL, NULL));
  b.wait.unlimited = TRUE;

  b.wait.woken = TRUE;
  g_assert_false (is_deadlock (&a, &one_target, &b, NULL, NULL));
  b.wait.woken = FALSE;

  atomic_store (&b.waiter.cancelled, TRUE);
  g_assert_false (is_deadlock (&a, &one_target, &b, NULL, NULL));
  atomic_store (&b.waiter.cancelled, FALSE);

  b.wait.target = NULL;
  g_assert_false (is_deadlock (&a, &one_target, &b, NULL, NULL));
}

/* On a small stack too: the chain is walked. */
static void
test_long_chain (void)
{
  const guint n = 100000;
  Node *nodes = g_new0 (Node, n);

  for (guint i = 0; i + 1 < n; i++) {
    wait_for (&nodes[i], &one_target, &nodes[i + 1], NULL, NULL);
  }
  g_assert_true (is_deadlock (&nodes[n - 1], &one_target, &nodes[0], NULL, NULL));

  nodes[n / 2].waiter.wait = NULL;
  g_assert_false (is_deadlock (&nodes[n - 1], &one_target, &nodes[0], NULL, NULL));
  /* And again: no mark of the last search is left over. */
  wait_for (&nodes[n / 2], &one_target, &nodes[n / 2 + 1], NULL, NULL);
  g_assert_true (is_deadlock (&nodes[n - 1], &one_target, &nodes[0], NULL, NULL));
  g_free (nodes);
}

static void
test_every (void)
{
  Node a = { 0 };
  Node b = { 0 };
  Node c = { 0 };

  g_assert_false (is_deadlock (&a, &every_target, &b, &c, NULL));
  wait_for (&c, &one_target, &a, NULL, NULL);
  g_assert_true (is_deadlock (&a, &every_target, &b, &c, NULL));
  g_assert_true (is_deadlock (&a, &every_target, &c, &b, NULL));
}

static void
test_any (void)
{
  Node a = { 0 };
  Node b = { 0 };
  Node c = { 0 };

  wait_for (&c, &one_target, &a, NULL, NULL);
  g_assert_false (is_deadlock (&a, &any_target, &b, &c, NULL));
  g_assert_false (is_deadlock (&a, &any_target, &c, &b, NULL));
  wait_for (&b, &one_target, &a, NULL, NULL);
  g_assert_true (is_deadlock (&a, &any_target, &b, &c, NULL));
}

/* Holders of the same slots that wait for somebody in the queue for them: each is stuck only together with the
 * others. */
static void
test_slots (void)
{
  Node a = { 0 };
  Node b = { 0 };
  Node c = { 0 };

  wait_for (&b, &any_target, &a, &b, &c);
  g_assert_false (is_deadlock (&a, &any_target, &a, &b, &c));
  wait_for (&c, &any_target, &a, &b, &c);
  g_assert_true (is_deadlock (&a, &any_target, &a, &b, &c));
}

/* What was assumed of a node while another was looked at is not believed after that one has proved free. */
static void
test_wrong_assumption (void)
{
  Node a = { 0 };
  Node x = { 0 };
  Node y = { 0 };
  Node z = { 0 };

  /* x waits for any of y and z, y for x, and z for nobody. */
  wait_for (&x, &any_target, &y, &z, NULL);
  wait_for (&y, &one_target, &x, NULL, NULL);
  g_assert_false (is_deadlock (&a, &every_target, &x, &y, NULL));
  g_assert_false (is_deadlock (&a, &every_target, &y, &x, NULL));
  g_assert_false (is_deadlock (&a, &every_target, &y, &x, &z));
  wait_for (&z, &one_target, &a, NULL, NULL);
  g_assert_true (is_deadlock (&a, &every_target, &x, &y, NULL));
}

/* Against the definition, on random graphs: the greatest set of nodes of which each waits only for the set. */
static gboolean
is_stuck_by_definition (Node    *nodes,
                        guint    n,
                        gboolean stuck[])
{
  gboolean is_changed = TRUE;

  g_assert_cmpuint (n, >, 1);
  for (guint i = 0; i < n; i++) {
    stuck[i] = TRUE;
  }
  while (is_changed) {
    is_changed = FALSE;
    for (guint i = 1; i < n; i++) {
      gboolean every = TRUE;
      gboolean any = FALSE;

      for (guint j = 0; j < 3 && nodes[i].targets[j] != NULL; j++) {
        gboolean is_target_stuck = stuck[nodes[i].targets[j] - nodes];

        every &= is_target_stuck;
        any |= is_target_stuck;
      }
      if (stuck[i] && (nodes[i].waiter.wait == NULL || !(nodes[i].wait.target == &any_target ? every : any))) {
        stuck[i] = FALSE;
        is_changed = TRUE;
      }
    }
  }
  return stuck[1];
}

static void
test_random (void)
{
  guint n_stuck = 0;

  for (guint round = 0; round < 20000; round++) {
    Node nodes[9] = { 0 };
    gboolean stuck[9] = { FALSE };
    guint n = g_test_rand_int_range (3, 10);
    gboolean expected;

    /* Node 0 is the caller, and is about to wait for node 1. */
    for (guint i = 1; i < n; i++) {
      static const MyWaitTarget *const targets[] = { &one_target, &every_target, &any_target };
      guint kind = g_test_rand_int_range (0, 8);

      if (kind < 7) {
        kind %= 3;
        wait_for (&nodes[i], targets[kind], &nodes[g_test_rand_int_range (0, n)],
                  kind > 0 ? &nodes[g_test_rand_int_range (0, n)] : NULL,
                  kind > 0 ? &nodes[g_test_rand_int_range (0, n)] : NULL);
      }
    }
    expected = is_stuck_by_definition (nodes, n, stuck);
    g_assert_cmpint (is_deadlock (&nodes[0], &one_target, &nodes[1], NULL, NULL), ==, expected);
    n_stuck += expected;
  }
  g_test_message ("%u of 20000 graphs were stuck", n_stuck);
  g_assert_cmpuint (n_stuck, >, 1000);
  g_assert_cmpuint (n_stuck, <, 19000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wait-graph/ring", test_ring);
  g_test_add_func ("/wait-graph/edges", test_edges);
  g_test_add_func ("/wait-graph/long-chain", test_long_chain);
  g_test_add_func ("/wait-graph/every", test_every);
  g_test_add_func ("/wait-graph/any", test_any);
  g_test_add_func ("/wait-graph/slots", test_slots);
  g_test_add_func ("/wait-graph/wrong-assumption", test_wrong_assumption);
  g_test_add_func ("/wait-graph/random", test_random);
  return g_test_run ();
}
