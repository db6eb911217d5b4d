/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/my-thread-private.h"
#include "test-wait-nodes.h"

/* The search on large graphs: how many steps it takes, and that nobody has to wait for it. */

typedef struct {
  guint n;
  Node *nodes;
  MyWaiterSet *sets;
  Node caller;
  const MyWaitTarget *target; /* what the caller waits for */
  gpointer object;
  Node *last; /* without whom nobody is stuck */
} Shape;

static void
shape_init (Shape *self,
            guint n)
{
  *self = (Shape){ .n = n, .nodes = g_new0 (Node, n), .sets = g_new0 (MyWaiterSet, n), .target = &one_target };
  self->object = &self->nodes[0];
  self->last = &self->nodes[n - 1];
}

static void
shape_clear (Shape *self)
{
  g_free (self->nodes);
  g_free (self->sets);
}

/* shapes of n nodes that all are stuck if the caller waits for the first */

static void
make_chain (Shape *self)
{
  for (guint i = 0; i + 1 < self->n; i++) {
    node_wait_for (&self->nodes[i], &one_target, &self->nodes[i + 1]);
  }
  node_wait_for (self->last, &one_target, &self->caller);
}

/* From each layer all lead to all of the next one. */
static void
make_layers (Shape *self,
             guint width,
             const MyWaitTarget *target)
{
  guint n_layers = self->n / width;

  self->n = n_layers * width;
  self->last = &self->nodes[self->n - 1];
  self->target = target;
  self->object = &self->sets[0];
  for (guint i = 0; i < self->n; i++) {
    guint layer = i / width;

    node_join_set (&self->nodes[i], &self->sets[layer]);
    if (layer + 1 < n_layers) {
      node_wait_for (&self->nodes[i], target, &self->sets[layer + 1]);
    } else {
      node_wait_for (&self->nodes[i], &one_target, &self->caller);
    }
  }
}

static void
make_lattice_of_every (Shape *self)
{
  guint width = 1;

  while (width * width < self->n) {
    width++;
  }
  make_layers (self, width, &every_target);
}

static void
make_lattice_of_any (Shape *self)
{
  guint width = 1;

  while (width * width < self->n) {
    width++;
  }
  make_layers (self, width, &any_target);
}

/* Groups of two slots: both holders join one that is queued in the next. */
static void
make_queues (Shape *self)
{
  make_layers (self, 2, &any_target);
}

/* All lead to one. */
static void
make_star (Shape *self)
{
  self->target = &every_target;
  self->object = &self->sets[0];
  for (guint i = 0; i + 1 < self->n; i++) {
    node_join_set (&self->nodes[i], &self->sets[0]);
    node_wait_for (&self->nodes[i], &one_target, self->last);
  }
  node_wait_for (self->last, &one_target, &self->caller);
}

/* Groups in one another, each with one who waits for the one inside. */
static void
make_nest (Shape *self)
{
  self->target = &every_target;
  self->object = &self->sets[0];
  for (guint i = 0; i < self->n; i++) {
    self->sets[i].parent = i > 0 ? &self->sets[i - 1] : NULL;
    node_join_set (&self->nodes[i], &self->sets[i]);
  }
  for (guint i = 0; i + 1 < self->n; i++) {
    node_wait_for (&self->nodes[i], &every_target, &self->sets[i + 1]);
  }
  node_wait_for (self->last, &one_target, &self->caller);
}

/* Groups side by side, each with one who waits for them all. */
static void
make_siblings (Shape *self)
{
  self->target = &every_target;
  self->object = &self->sets[0];
  for (guint i = 0; i < self->n; i++) {
    self->sets[i].parent = i > 0 ? &self->sets[0] : NULL;
    node_join_set (&self->nodes[i], &self->sets[i]);
    node_wait_for (&self->nodes[i], &any_target, i + 1 < self->n ? &self->sets[i + 1] : &self->sets[0]);
  }
  node_go_on (self->last);
  node_wait_for (self->last, &one_target, &self->caller);
}

static const struct {
  const char *name;
  void (*make) (Shape *shape);
} shapes[] = {
  { "chain", make_chain },
  { "lattice-of-every", make_lattice_of_every },
  { "lattice-of-any", make_lattice_of_any },
  { "queues", make_queues },
  { "star", make_star },
  { "nest", make_nest },
  { "siblings", make_siblings },
};

/* How many steps the search takes; with @is_cut the last node goes on. */
static guint
count_steps (gsize shape,
             guint n,
             gboolean is_cut)
{
  Shape self;
  guint n_steps;

  shape_init (&self, n);
  shapes[shape].make (&self);
  if (is_cut) {
    for (guint i = 0; i < self.n; i++) {
      if (self.nodes[i].wait.object == &self.caller) {
        node_go_on (&self.nodes[i]);
      }
    }
  }
  node_wait_for (&self.caller, self.target, self.object);
  g_assert_cmpint (node_search (&self.caller, 1, &n_steps), ==, !is_cut);
  shape_clear (&self);

  return n_steps;
}

static void
test_linear (gconstpointer data)
{
  gsize shape = GPOINTER_TO_SIZE (data);
  const guint n = 2500;

  for (gint is_cut = FALSE; is_cut <= TRUE; is_cut++) {
    guint n_steps = count_steps (shape, n, is_cut);
    guint n_steps_of_double = count_steps (shape, 2 * n, is_cut);

    g_test_message ("%s: %u and %u steps", is_cut ? "cut" : "closed", n_steps, n_steps_of_double);
    g_assert_cmpuint (n_steps, <, 16 * n);
    g_assert_cmpuint (n_steps_of_double, <, 3 * n_steps);
  }
}

/* as the library does it, with OS threads */

typedef struct {
  MyWaiter *waiter;
  MyWaitQueue queue;
  const MyWaitTarget *target;
  gpointer object;
  MyWaitResult result;
  gint is_over; /* atomic */
  gint64 cpu_us;
  pthread_t thread;
} Blocker;

static gpointer
block (gpointer data)
{
  Blocker *self = data;
  struct timespec cpu;

  my_state_lock ();
  self->result = my_wait_block (self->waiter, &self->queue, self->target, self->object, MY_DEADLINE_NEVER, TRUE);
  my_state_unlock ();
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu);
  self->cpu_us = cpu.tv_sec * G_USEC_PER_SEC + cpu.tv_nsec / 1000;
  g_atomic_int_set (&self->is_over, TRUE);

  return NULL;
}

static void
blocker_init (Blocker *self,
              Shape *shape)
{
  *self = (Blocker){ .waiter = &shape->caller.waiter, .target = shape->target, .object = shape->object };
}

static void
blocker_start (Blocker *self,
               gsize stack_size)
{
  pthread_attr_t attr;

  pthread_attr_init (&attr);
  if (stack_size > 0) {
    g_assert_cmpint (pthread_attr_setstacksize (&attr, stack_size), ==, 0);
  }
  g_assert_cmpint (pthread_create (&self->thread, &attr, block, self), ==, 0);
  pthread_attr_destroy (&attr);
}

/* On the smallest stack; and how long it takes, for a person. */
static void
test_large (gconstpointer data)
{
  gsize shape = GPOINTER_TO_SIZE (data);
  Blocker blocker;
  gint64 began;
  Shape self;

  shape_init (&self, 100000);
  shapes[shape].make (&self);
  blocker_init (&blocker, &self);

  began = g_get_monotonic_time ();
  blocker_start (&blocker, PTHREAD_STACK_MIN);
  pthread_join (blocker.thread, NULL);
  g_test_message ("%" G_GINT64_FORMAT " us, of which it ran %" G_GINT64_FORMAT, g_get_monotonic_time () - began, blocker.cpu_us);
  g_assert_cmpint (blocker.result, ==, MY_WAIT_DEADLOCK);
  g_assert_null (blocker.queue.first);
  g_assert_null (self.caller.waiter.wait);
  shape_clear (&self);
}

/* What a search does with the lock held is little, however large the graph is: counted are the waits that are looked at from one time that
 * the lock is taken to the next. The linker leads to these functions: see meson.build. */

int __wrap_pthread_mutex_lock (pthread_mutex_t *mutex);
int __real_pthread_mutex_lock (pthread_mutex_t *mutex);
int __wrap_pthread_mutex_trylock (pthread_mutex_t *mutex);
int __real_pthread_mutex_trylock (pthread_mutex_t *mutex);

static __thread guint n_in_section;
static guint most_in_section; /* of the one thread that searches */

int
__wrap_pthread_mutex_lock (pthread_mutex_t *mutex)
{
  if (mutex == &my_state_mutex) {
    n_in_section = 0;
  }
  return __real_pthread_mutex_lock (mutex);
}

int
__wrap_pthread_mutex_trylock (pthread_mutex_t *mutex)
{
  int rc = __real_pthread_mutex_trylock (mutex);

  if (mutex == &my_state_mutex && rc == 0) {
    n_in_section = 0;
  }
  return rc;
}

static MyWaitBlocker
get_counted (gpointer object)
{
  n_in_section++;
  most_in_section = MAX (most_in_section, n_in_section);
  return get_node (object);
}

static void
test_sections (void)
{
  static const MyWaitTarget counted_target = { .get_blocker = get_counted };
  Blocker blocker;
  Shape self;

  shape_init (&self, 50000);
  for (guint i = 0; i + 1 < self.n; i++) {
    node_wait_for (&self.nodes[i], &counted_target, &self.nodes[i + 1]);
  }
  node_wait_for (self.last, &counted_target, &self.caller);
  most_in_section = 0;

  blocker_init (&blocker, &self);
  blocker_start (&blocker, 0);
  pthread_join (blocker.thread, NULL);
  g_assert_cmpint (blocker.result, ==, MY_WAIT_DEADLOCK);
  g_test_message ("at most %u at a time", most_in_section);
  g_assert_cmpuint (most_in_section, >, 0);
  g_assert_cmpuint (most_in_section, <=, 1000);
  shape_clear (&self);
}

/* Between the slices others get whatever start() and join() need. */
static void
test_start_meanwhile (void)
{
  MyWaitSearch search = { 0 };
  MyWaitVerdict verdict = MY_WAIT_UNDECIDED;
  guint n_slices = 0;
  Shape self;

  shape_init (&self, 2000);
  make_chain (&self);
  node_wait_for (&self.caller, self.target, self.object);
  self.caller.wait.standing = MY_WAIT_PENDING;

  my_wait_search_make_room (&search, 1);
  my_state_lock ();
  my_wait_search_begin (&search, &self.caller.wait);
  my_state_unlock ();
  while (verdict == MY_WAIT_UNDECIDED) {
    MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

    my_wait_search_make_room (&search, 100);
    my_state_lock ();
    verdict = my_wait_search_go_on (&search, 100);
    my_state_unlock ();
    n_slices++;

    g_assert_true (my_thread_start (thread, NULL));
    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
  }
  my_state_lock ();
  my_wait_search_end (&search);
  my_state_unlock ();
  my_wait_search_clear_room (&search);

  g_assert_cmpint (verdict, ==, MY_WAIT_STUCK);
  g_assert_cmpuint (n_slices, >=, 20);
  shape_clear (&self);
}

/* In a child nobody searches, and the next one can. */

static void
run_join_main (MyThread *thread,
               gpointer unused,
               GError **error)
{
  my_thread_join (my_thread_get_main (), error);
}

/* Of the two one is told, and its error is that of the group. */
static int
search_in_child (void)
{
  MyThread *thread = my_thread_new (NULL, run_join_main, NULL, NULL);
  GError *error = NULL;

  if (my_wait_search_current != NULL || !my_thread_start (thread, NULL) ||
      my_thread_group_join (my_thread_group_get_default (), &error) ||
      !g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK)) {
    return 1;
  }
  my_thread_cancel (thread);
  my_thread_join (thread, NULL);
  return my_thread_is_alive (thread) ? 2 : 0;
}

static void
test_fork_meanwhile (void)
{
  MyWaitSearch search = { 0 };
  Shape self;
  int status = -1;
  pid_t child;

  shape_init (&self, 1000);
  make_chain (&self);
  node_wait_for (&self.caller, self.target, self.object);
  self.caller.wait.standing = MY_WAIT_PENDING;

  my_wait_search_make_room (&search, 100);
  my_state_lock ();
  my_wait_search_begin (&search, &self.caller.wait);
  my_wait_search_go_on (&search, 100);
  my_state_unlock ();

  child = fork ();
  if (child == 0) {
    _exit (search_in_child ());
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);

  my_state_lock ();
  g_assert_true (my_wait_search_current == &search);
  my_wait_search_end (&search);
  my_state_unlock ();
  my_wait_search_clear_room (&search);
  shape_clear (&self);
}

/* the wait may end meanwhile */

/* Wakes the blocker, or cancels it, as soon as it is in its queue; FALSE if it has closed its cycle before. */
static gboolean
blocker_end (Blocker *self,
             gboolean by_cancel)
{
  MyWakeList wakes = { 0 };
  gboolean was_queued = FALSE;
  guint n_looks = 0;

  while (!g_atomic_int_get (&self->is_over) && !was_queued) {
    my_state_lock ();
    was_queued = self->queue.first != NULL;
    if (was_queued && by_cancel) {
      atomic_store (&self->waiter->cancelled, TRUE);
      my_waiter_interrupt (self->waiter, &wakes);
    } else if (was_queued) {
      my_wait_queue_wake_all (&self->queue, &wakes);
    }
    my_state_unlock ();
    my_wake_list_flush (&wakes);
    if (++n_looks % 100 == 0) {
      g_thread_yield ();
    }
  }
  pthread_join (self->thread, NULL);

  g_assert_null (self->queue.first);
  g_assert_null (self->waiter->wait);
  if (was_queued) {
    g_assert_cmpint (self->result, ==, by_cancel ? MY_WAIT_CANCELLED : MY_WAIT_WOKEN);
  } else {
    g_assert_cmpint (self->result, ==, MY_WAIT_DEADLOCK);
  }
  return was_queued;
}

/* While it searches. */
static void
test_end_meanwhile (void)
{
  guint n = 0;

  for (guint i = 0; i < 500; i++) {
    Blocker blocker;
    Shape shape;

    shape_init (&shape, 2000);
    make_lattice_of_every (&shape);
    blocker_init (&blocker, &shape);
    blocker_start (&blocker, 0);
    n += blocker_end (&blocker, i % 2);
    shape_clear (&shape);
  }
  g_test_message ("%u of 500 in time", n);
}

static gboolean
is_searching (void)
{
  gboolean is_searching;

  my_state_lock ();
  is_searching = my_wait_search_current != NULL;
  my_state_unlock ();

  return is_searching;
}

/* While it waits for its turn. */
static void
test_end_before_turn (void)
{
  guint n = 0;

  for (guint i = 0; i < 30; i++) {
    Blocker blockers[2];
    Shape shapes_of_both[2];

    for (guint j = 0; j < 2; j++) {
      shape_init (&shapes_of_both[j], j == 0 ? 20000 : 300);
      make_chain (&shapes_of_both[j]);
      blocker_init (&blockers[j], &shapes_of_both[j]);
    }
    blocker_start (&blockers[0], 0);
    while (!is_searching () && !g_atomic_int_get (&blockers[0].is_over)) {
      g_thread_yield ();
    }
    blocker_start (&blockers[1], 0);
    n += blocker_end (&blockers[1], i % 2);
    pthread_join (blockers[0].thread, NULL);
    g_assert_cmpint (blockers[0].result, ==, MY_WAIT_DEADLOCK);
    for (guint j = 0; j < 2; j++) {
      shape_clear (&shapes_of_both[j]);
    }
  }
  g_test_message ("%u of 30 in time", n);
}

/* Several close one cycle, all at once, and each has to search: one is told. */

#define N_BLOCKERS 4

static gboolean
is_decided (const Blocker *self)
{
  return self->waiter->wait != NULL && self->waiter->wait->standing == MY_WAIT_ADMITTED;
}

static void
test_turns (void)
{
  for (guint round = 0; round < 50; round++) {
    Shape sections[N_BLOCKERS];
    Blocker blockers[N_BLOCKERS] = { 0 };
    MyWakeList wakes = { 0 };
    guint n_decided = 0;
    guint n_over = 0;

    /* Each of them waits for a chain of nodes that ends in the next one. */
    for (guint i = 0; i < N_BLOCKERS; i++) {
      shape_init (&sections[i], 3000);
      make_chain (&sections[i]);
    }
    for (guint i = 0; i < N_BLOCKERS; i++) {
      blockers[i].waiter = &sections[(i + N_BLOCKERS - 1) % N_BLOCKERS].caller.waiter;
      blockers[i].target = &one_target;
      blockers[i].object = &sections[i].nodes[0];
    }
    for (guint i = 0; i < N_BLOCKERS; i++) {
      blocker_start (&blockers[i], 0);
    }
    while (n_over == 0 || n_over + n_decided < N_BLOCKERS) {
      g_thread_yield ();
      my_state_lock ();
      n_over = 0;
      n_decided = 0;
      for (guint i = 0; i < N_BLOCKERS; i++) {
        n_over += g_atomic_int_get (&blockers[i].is_over) != 0;
        n_decided += is_decided (&blockers[i]);
      }
      my_state_unlock ();
    }
    g_assert_cmpuint (n_over, ==, 1);

    my_state_lock ();
    for (guint i = 0; i < N_BLOCKERS; i++) {
      my_wait_queue_wake_all (&blockers[i].queue, &wakes);
    }
    my_state_unlock ();
    my_wake_list_flush (&wakes);
    n_over = 0;
    for (guint i = 0; i < N_BLOCKERS; i++) {
      pthread_join (blockers[i].thread, NULL);
      n_over += blockers[i].result == MY_WAIT_DEADLOCK;
      g_assert_cmpint (blockers[i].result, !=, MY_WAIT_CANCELLED);
    }
    g_assert_cmpuint (n_over, ==, 1);
    for (guint i = 0; i < N_BLOCKERS; i++) {
      shape_clear (&sections[i]);
    }
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autofree char *linear = g_strconcat ("/wait-search/linear/", shapes[i].name, NULL);
    g_autofree char *large = g_strconcat ("/wait-search/large/", shapes[i].name, NULL);

    g_test_add_data_func (linear, GSIZE_TO_POINTER (i), test_linear);
    g_test_add_data_func (large, GSIZE_TO_POINTER (i), test_large);
  }
  g_test_add_func ("/wait-search/sections", test_sections);
  g_test_add_func ("/wait-search/start-meanwhile", test_start_meanwhile);
  g_test_add_func ("/wait-search/fork-meanwhile", test_fork_meanwhile);
  g_test_add_func ("/wait-search/end-meanwhile", test_end_meanwhile);
  g_test_add_func ("/wait-search/end-before-turn", test_end_before_turn);
  g_test_add_func ("/wait-search/turns", test_turns);
  return g_test_run ();
}
