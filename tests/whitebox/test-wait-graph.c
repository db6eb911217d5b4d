/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-wait-nodes.h"

/* What closes a cycle, on small graphs, and against the definition on random ones, at rest and while they change. */

static void
test_ring (void)
{
  Node a = { 0 }, b = { 0 }, c = { 0 };

  node_wait_for (&b, &one_target, &c);
  g_assert_false (node_would_deadlock (&a, &one_target, &b));
  node_wait_for (&c, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &one_target, &b));
  g_assert_true (node_would_deadlock (&a, &one_target, &a));
}

/* What counts is a wait without a limit that is neither satisfied nor cancelled. */
static void
test_edges (void)
{
  Node a = { 0 }, b = { 0 };

  node_wait_for (&b, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &one_target, &b));
  node_go_on (&b);
  g_assert_false (node_would_deadlock (&a, &one_target, &b));

  b.wait.unlimited = FALSE;
  my_state_lock ();
  my_wait_enter (&b.wait);
  my_state_unlock ();
  g_assert_false (node_would_deadlock (&a, &one_target, &b));
  node_go_on (&b);

  node_wait_for (&b, &one_target, &a);
  node_wake (&b);
  g_assert_false (node_would_deadlock (&a, &one_target, &b));
  node_go_on (&b);

  node_wait_for (&b, &one_target, &a);
  node_cancel (&b);
  g_assert_false (node_would_deadlock (&a, &one_target, &b));
  b.wait.uninterruptible = TRUE;
  g_assert_true (node_would_deadlock (&a, &one_target, &b));
  node_go_on (&b);
  atomic_store (&b.waiter.cancelled, FALSE);

  node_wait_for (&b, NULL, NULL);
  g_assert_false (node_would_deadlock (&a, &one_target, &b));
}

/* Of one that is in question nothing is told at a glance, and the search takes no account of it. */
static void
test_pending (void)
{
  Node a = { 0 }, b = { 0 };
  guint n_steps;

  node_wait_for (&b, &one_target, &a);
  b.wait.standing = MY_WAIT_PENDING;
  node_wait_for (&a, &one_target, &b);
  my_state_lock ();
  g_assert_cmpint (my_wait_graph_look (&a.wait), ==, MY_WAIT_UNDECIDED);
  my_state_unlock ();
  g_assert_false (node_search (&a, 1, &n_steps));
  g_assert_true (node_search (&b, 1, &n_steps));
}

static void
test_every (void)
{
  MyWaiterSet set = { 0 };
  Node a = { 0 }, b = { 0 }, c = { 0 };

  node_join_set (&b, &set);
  node_join_set (&c, &set);
  g_assert_false (node_would_deadlock (&a, &every_target, &set));
  node_wait_for (&c, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &every_target, &set));
  node_wait_for (&b, &one_target, &c);
  g_assert_true (node_would_deadlock (&a, &every_target, &set));
  node_go_on (&c);
  g_assert_false (node_would_deadlock (&a, &every_target, &set));
}

static void
test_any (void)
{
  MyWaiterSet set = { 0 };
  Node a = { 0 }, b = { 0 }, c = { 0 };

  node_join_set (&b, &set);
  node_join_set (&c, &set);
  node_wait_for (&c, &one_target, &a);
  g_assert_false (node_would_deadlock (&a, &any_target, &set));
  node_wait_for (&b, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &any_target, &set));
  node_go_on (&c);
  g_assert_false (node_would_deadlock (&a, &any_target, &set));
}

/* Holders of the same slots that wait for somebody in the queue for them: each is stuck only together with the
 * others. */
static void
test_slots (void)
{
  MyWaiterSet set = { 0 };
  Node a = { 0 }, b = { 0 }, c = { 0 };

  node_join_set (&a, &set);
  node_join_set (&b, &set);
  node_join_set (&c, &set);
  node_wait_for (&b, &any_target, &set);
  g_assert_false (node_would_deadlock (&a, &any_target, &set));
  node_wait_for (&c, &any_target, &set);
  g_assert_true (node_would_deadlock (&a, &any_target, &set));
}

/* Who waits for a set waits for its parts, too, however deep: for all of them; for any one only of its own. */
static void
test_tree (void)
{
  MyWaiterSet root = { 0 };
  MyWaiterSet middle = { .parent = &root };
  MyWaiterSet leaf = { .parent = &middle };
  Node a = { 0 }, b = { 0 }, c = { 0 };

  node_join_set (&b, &leaf);
  node_join_set (&c, &root);
  g_assert_false (node_would_deadlock (&a, &every_target, &root));
  node_wait_for (&b, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &every_target, &root));
  g_assert_true (node_would_deadlock (&a, &every_target, &middle));
  g_assert_false (node_would_deadlock (&a, &any_target, &root));
  g_assert_true (node_would_deadlock (&a, &any_target, &leaf));
  node_go_on (&b);
  g_assert_null (root.parts);
  g_assert_false (node_would_deadlock (&a, &every_target, &root));
  node_wait_for (&c, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &any_target, &root));
}

/* What was assumed of a node while another was looked at is not believed after that one has proved free. */
static void
test_wrong_assumption (void)
{
  MyWaiterSet set = { 0 };
  MyWaiterSet pools[2] = { 0 };
  Node a = { 0 }, x = { 0 }, y = { 0 }, z = { 0 };

  /* x waits for any of y and z, y for x, and z for nobody. */
  node_join_set (&y, &set);
  node_join_set (&z, &set);
  node_join_pool (&x, &pools[0]);
  node_join_pool (&y, &pools[0]);
  node_join_pool (&x, &pools[1]);
  node_join_pool (&y, &pools[1]);
  node_join_pool (&z, &pools[1]);
  node_wait_for (&x, &any_target, &set);
  node_wait_for (&y, &one_target, &x);
  g_assert_false (node_would_deadlock (&a, &every_target, &pools[0]));
  g_assert_false (node_would_deadlock (&a, &every_target, &pools[1]));
  node_go_on (&x);
  node_wait_for (&x, &any_target, &set);
  g_assert_false (node_would_deadlock (&a, &every_target, &pools[0]));
  g_assert_false (node_would_deadlock (&a, &every_target, &pools[1]));
  node_wait_for (&z, &one_target, &a);
  g_assert_true (node_would_deadlock (&a, &every_target, &pools[0]));
}

/* A wait in a part of somebody's work holds him up, though he does not wait: he is stuck with it, alone or in his set. */
static void
test_subject (void)
{
  MyWaiterSet pool = { 0 };
  MyWaiterSet root = { 0 };
  MyWaiterSet set = { .parent = &root };
  Node thief = { 0 }, owner = { 0 }, other = { 0 }, third = { 0 };

  node_join_pool (&thief, &pool);
  node_join_pool (&thief, &pool);
  thief.hosts[0].subject = &owner.waiter;
  thief.hosts[1].subject = &owner.waiter;
  thief.hosts[1].is_guest = TRUE;
  node_join_set (&owner, &set);

  g_assert_true (node_would_deadlock (&thief, &one_target, &owner));
  g_assert_true (node_would_deadlock (&thief, &every_target, &root));
  g_assert_true (node_would_deadlock (&thief, &any_target, &set));
  node_wait_for (&other, &one_target, &owner);
  g_assert_true (node_would_deadlock (&thief, &one_target, &other));
  node_go_on (&other);
  node_wait_for (&other, &every_target, &root);
  g_assert_true (node_would_deadlock (&thief, &one_target, &other));
  g_assert_true (node_would_deadlock (&thief, &every_target, &pool));

  /* He counts once, also where he waits himself. */
  node_join_set (&third, &set);
  g_assert_false (node_would_deadlock (&thief, &any_target, &set));
  node_wait_for (&owner, &one_target, &third);
  g_assert_false (node_would_deadlock (&thief, &any_target, &set));
  node_go_on (&owner);
  node_wait_for (&third, &one_target, &other);
  g_assert_true (node_would_deadlock (&thief, &any_target, &set));

  g_assert_null (pool.waits);
  node_go_on (&third);
  g_assert_null (root.parts);
}

/* random graphs */

#define MAX_NODES 9
#define N_SETS 3
#define NOBODY ((guint) -1)

typedef struct {
  guint n;
  Node nodes[MAX_NODES];
  MyWaiterSet sets[N_SETS]; /* a tree, or several */
  MyWaiterSet pools[MAX_POOLS];
  gboolean has_begun[MAX_NODES]; /* in its set, if it has one */
  MyWaiterSet *set_to_join[MAX_NODES];
  guint subjects[MAX_NODES];
} Graph;

static void
graph_init (Graph *self)
{
  *self = (Graph){ .n = (guint) g_test_rand_int_range (3, MAX_NODES + 1) };

  for (guint i = 1; i < N_SETS; i++) {
    if (g_test_rand_bit ()) {
      self->sets[i].parent = &self->sets[g_test_rand_int_range (0, (gint32) i)];
    }
  }
  for (guint i = 0; i < self->n; i++) {
    guint set = (guint) g_test_rand_int_range (0, N_SETS + 1);

    self->set_to_join[i] = set < N_SETS ? &self->sets[set] : NULL;
    for (guint j = 0; j < MAX_POOLS; j++) {
      if (g_test_rand_int_range (0, 4) == 0) {
        node_join_pool (&self->nodes[i], &self->pools[j]);
      }
    }
  }
  for (guint i = 0; i < self->n; i++) {
    Node *node = &self->nodes[i];
    guint subject = (guint) g_test_rand_int_range (0, (gint32) self->n);

    /* Of whom it holds up the pool knows nothing. */
    self->subjects[i] = NOBODY;
    if (node->n_hosts > 0 && self->nodes[subject].n_hosts == 0) {
      self->subjects[i] = subject;
      for (guint j = 0; j < node->n_hosts; j++) {
        node->hosts[j].subject = &self->nodes[subject].waiter;
      }
    }
  }
}

static void
graph_begin (Graph *self,
             guint i)
{
  self->has_begun[i] = TRUE;
  if (self->set_to_join[i] != NULL) {
    node_join_set (&self->nodes[i], self->set_to_join[i]);
  }
}

/* By the definition: the greatest set of nodes of which each waits only for the set; that of the caller, and of whom its wait
 * holds up. */

static gboolean
is_part_of (MyWaiterSet *set,
            MyWaiterSet *whole)
{
  while (set != NULL && set != whole) {
    set = set->parent;
  }
  return set != NULL;
}

static gboolean
is_blocked (Graph *self,
            MyWait *wait,
            const gboolean *stuck)
{
  gboolean any = FALSE;
  gboolean all = TRUE;
  guint n = 0;

  if (wait->target == &one_target) {
    return stuck[(Node *) wait->object - self->nodes];
  }
  for (guint i = 0; i < self->n; i++) {
    Node *node = &self->nodes[i];

    if (node->waiter.set == wait->object) {
      all &= stuck[i];
      n++;
    }
    any |= stuck[i] && is_part_of (node->waiter.set, wait->object);
    for (guint j = 0; j < node->n_hosts; j++) {
      any |= stuck[i] && node->waiter.wait != NULL && node->hosts[j].set == wait->object;
    }
  }
  return wait->target == &any_target ? all && n > 0 : any;
}

static gboolean
is_stuck_by_definition (Graph *self,
                        guint caller)
{
  gboolean stuck[MAX_NODES] = { FALSE };
  gboolean is_changed = TRUE;

  for (guint i = 0; i < self->n; i++) {
    MyWait *wait = self->nodes[i].waiter.wait;

    stuck[i] = i == caller || i == self->subjects[caller] ||
               (wait != NULL && wait->standing == MY_WAIT_ADMITTED && !wait->woken && !atomic_load (&wait->waiter->cancelled));
  }
  while (is_changed) {
    is_changed = FALSE;
    for (guint i = 0; i < self->n; i++) {
      if (stuck[i] && i != caller && i != self->subjects[caller] && !is_blocked (self, self->nodes[i].waiter.wait, stuck)) {
        stuck[i] = FALSE;
        is_changed = TRUE;
      }
    }
  }
  return is_blocked (self, self->nodes[caller].waiter.wait, stuck);
}

static void
graph_wait (Graph *self,
            guint i)
{
  Node *node = &self->nodes[i];
  MyWaiterSet *set = &self->sets[g_test_rand_int_range (0, N_SETS)];

  switch (g_test_rand_int_range (0, 6)) {
  case 0:
    node_wait_for (node, &every_target, set);
    break;
  case 1:
  case 2:
    node_wait_for (node, &any_target, set);
    break;
  case 3:
    node_wait_for (node, &every_target, &self->pools[g_test_rand_int_range (0, MAX_POOLS)]);
    break;
  default:
    node_wait_for (node, &one_target, &self->nodes[g_test_rand_int_range (0, (gint32) self->n)]);
    break;
  }
}

static MyWaitVerdict
graph_look (Graph *self,
            guint i)
{
  MyWaitVerdict verdict;

  my_state_lock ();
  verdict = my_wait_graph_look (&self->nodes[i].wait);
  my_state_unlock ();
  return verdict;
}

/* At rest: each wait that closes no cycle is admitted. */
static void
test_random (void)
{
  guint n_stuck = 0;
  guint n_at_a_glance = 0;
  guint n_searches = 0;

  for (guint round = 0; round < 5000; round++) {
    Graph graph;

    graph_init (&graph);
    for (guint i = 0; i < graph.n; i++) {
      graph_begin (&graph, i);
    }
    for (guint i = 0; i < 4 * graph.n; i++) {
      guint caller = (guint) g_test_rand_int_range (0, (gint32) graph.n);
      Node *node = &graph.nodes[caller];
      MyWaitVerdict verdict;
      gboolean is_stuck;
      guint n_steps;

      if (node->waiter.wait != NULL) {
        node_go_on (node);
        continue;
      }
      graph_wait (&graph, caller);
      verdict = graph_look (&graph, caller);
      is_stuck = is_stuck_by_definition (&graph, caller);
      if (verdict != MY_WAIT_UNDECIDED) {
        g_assert_cmpint (verdict == MY_WAIT_STUCK, ==, is_stuck);
        n_at_a_glance++;
      }
      g_assert_cmpint (node_search (node, 1, &n_steps), ==, is_stuck);
      if (is_stuck) {
        node_go_on (node);
      }
      n_stuck += is_stuck;
      n_searches++;
    }
  }
  g_test_message ("%u of %u waits were stuck; of %u it showed at a glance", n_stuck, n_searches, n_at_a_glance);
  g_assert_cmpuint (n_stuck, >, n_searches / 20);
  g_assert_cmpuint (n_stuck, <, n_searches / 2);
  g_assert_cmpuint (n_at_a_glance, >, n_searches / 20);
  g_assert_cmpuint (n_at_a_glance, <, n_searches * 19 / 20);
}

/* Something that happens while the caller's wait is searched. */
static void
graph_change (Graph *self,
              guint caller)
{
  guint i = (guint) g_test_rand_int_range (0, (gint32) self->n);
  Node *node = &self->nodes[i];
  MyWait *wait = node->waiter.wait;

  if (!self->has_begun[i]) {
    graph_begin (self, i);
  } else if (i == caller) {
    return;
  } else if (wait == NULL && node->waiter.set != NULL && i != self->subjects[caller] && g_test_rand_int_range (0, 4) == 0) {
    node_leave_set (node);
  } else if (wait == NULL) {
    graph_wait (self, i);
    switch (graph_look (self, i)) {
    case MY_WAIT_FREE:
      break;
    case MY_WAIT_UNDECIDED:
      node->wait.standing = MY_WAIT_PENDING;
      break;
    case MY_WAIT_STUCK:
    default:
      node_go_on (node);
      break;
    }
  } else if (!my_wait_counts (wait) || wait->standing == MY_WAIT_PENDING || g_test_rand_bit ()) {
    node_go_on (node);
    atomic_store (&node->waiter.cancelled, FALSE);
  } else if (g_test_rand_bit ()) {
    node_wake (node);
  } else {
    node_cancel (node);
  }
}

/* While it changes: what is told at the end is true at the end. */
static void
test_changing (void)
{
  guint n_stuck = 0;
  guint n_searches = 0;
  guint n_other = 0; /* not what would have been told at the beginning */

  for (guint round = 0; round < 60000; round++) {
    MyWaitSearch search = { 0 };
    MyWaitVerdict verdict = MY_WAIT_UNDECIDED;
    Graph graph;
    Node *node;
    guint caller;
    gboolean was_stuck;
    gboolean is_stuck = FALSE;

    graph_init (&graph);
    for (guint i = 0; i < graph.n; i++) {
      if (g_test_rand_int_range (0, 8) != 0) {
        graph_begin (&graph, i);
      }
    }
    for (guint i = 0; i < 4 * graph.n; i++) {
      guint other = (guint) g_test_rand_int_range (0, (gint32) graph.n);

      if (graph.has_begun[other] && graph.nodes[other].waiter.wait == NULL) {
        graph_wait (&graph, other);
        if (is_stuck_by_definition (&graph, other)) {
          node_go_on (&graph.nodes[other]);
        }
      }
    }
    caller = (guint) g_test_rand_int_range (0, (gint32) graph.n);
    node = &graph.nodes[caller];
    if (!graph.has_begun[caller]) {
      graph_begin (&graph, caller);
    }
    node_go_on (node);
    graph_wait (&graph, caller);
    was_stuck = is_stuck_by_definition (&graph, caller);
    node->wait.standing = MY_WAIT_PENDING;

    my_wait_search_make_room (&search, 1);
    my_state_lock ();
    my_wait_search_begin (&search, &node->wait);
    my_state_unlock ();
    while (verdict == MY_WAIT_UNDECIDED) {
      for (guint n_changes = (guint) g_test_rand_int_range (0, 3); n_changes > 0; n_changes--) {
        graph_change (&graph, caller);
      }
      my_wait_search_make_room (&search, 1);
      my_state_lock ();
      verdict = my_wait_search_go_on (&search, 1);
      if (verdict != MY_WAIT_UNDECIDED) {
        is_stuck = is_stuck_by_definition (&graph, caller);
        my_wait_search_end (&search);
      }
      my_state_unlock ();
    }
    my_wait_search_clear_room (&search);
    if (node->wait.woken) {
      g_assert_cmpint (verdict, ==, MY_WAIT_FREE); /* it has to look again */
    } else if (verdict == MY_WAIT_STUCK || graph.subjects[caller] == NOBODY) {
      g_assert_cmpint (verdict == MY_WAIT_STUCK, ==, is_stuck);
    }
    n_stuck += is_stuck;
    n_other += is_stuck != was_stuck;
    n_searches++;

    for (guint i = 0; i < graph.n; i++) {
      node_go_on (&graph.nodes[i]);
    }
    for (guint i = 0; i < graph.n; i++) {
      g_assert_cmpuint (graph.nodes[i].waiter.n_awaiters, ==, 0);
    }
    for (guint i = 0; i < N_SETS; i++) {
      g_assert_null (graph.sets[i].waits);
      g_assert_null (graph.sets[i].parts);
      g_assert_cmpuint (graph.sets[i].n_any_awaiters, ==, 0);
      g_assert_cmpuint (graph.sets[i].n_waiting, ==, 0);
      g_assert_cmpuint (graph.sets[i].n_awaiters, ==, 0);
    }
  }
  g_test_message ("%u of %u waits were stuck; of %u that has changed", n_stuck, n_searches, n_other);
  g_assert_cmpuint (n_stuck, >, n_searches / 50);
  g_assert_cmpuint (n_other, >, n_searches / 50);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wait-graph/ring", test_ring);
  g_test_add_func ("/wait-graph/edges", test_edges);
  g_test_add_func ("/wait-graph/pending", test_pending);
  g_test_add_func ("/wait-graph/every", test_every);
  g_test_add_func ("/wait-graph/any", test_any);
  g_test_add_func ("/wait-graph/slots", test_slots);
  g_test_add_func ("/wait-graph/tree", test_tree);
  g_test_add_func ("/wait-graph/wrong-assumption", test_wrong_assumption);
  g_test_add_func ("/wait-graph/subject", test_subject);
  g_test_add_func ("/wait-graph/random", test_random);
  g_test_add_func ("/wait-graph/changing", test_changing);
  return g_test_run ();
}
