/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/my-thread-group-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* The tree of groups: what each of them counts, and walks that are overtaken by what happens. */

#define N_GROUPS 3000
#define N_MEMBERS 4000

/* Members that are alive until they are cancelled: one of them runs, and the others wait for its slot. */

static void
run_sleep (MyThread *thread,
           gpointer unused,
           GError **error)
{
  my_thread_sleep (-1, error);
}

static MyThreadGroup *
make_group (MyThreadGroup *parent)
{
  MyThreadGroup *group = my_thread_group_new (NULL, parent);

  my_thread_group_set_max_running (group, 1);
  return group;
}

static MyThread *
start_in (MyThreadGroup *group)
{
  MyThread *thread = my_thread_new_in_group (group, NULL, run_sleep, NULL, NULL);

  g_assert_true (my_thread_start (thread, NULL));
  return thread;
}

static void
end (MyThread *thread)
{
  my_thread_cancel (thread);
  g_assert_false (my_thread_join (thread, NULL));
}

static void
let_go (gpointer object)
{
  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  while (object != NULL) {
    g_main_context_iteration (NULL, TRUE);
  }
}

/* what is above what */

static gboolean
is_above (MyThreadGroup *group,
          MyThreadGroup *below)
{
  while (below != NULL && below != group) {
    below = below->parent;
  }
  return below != NULL;
}

static void
test_contains (void)
{
  MyThreadGroup *groups[N_GROUPS];

  groups[0] = my_thread_group_new (NULL, NULL);
  for (guint i = 1; i < N_GROUPS; i++) {
    /* Chains, and bushes. */
    guint parent = g_test_rand_bit () ? i - 1 : (guint) g_test_rand_int_range (0, (int) i);

    groups[i] = my_thread_group_new (NULL, groups[parent]);
    g_assert_cmpuint (groups[i]->depth, ==, groups[i]->parent->depth + 1);
    g_assert_true (groups[i]->jump != groups[i] && is_above (groups[i]->jump, groups[i]));
  }

  for (guint i = 0; i < 20 * N_GROUPS; i++) {
    MyThreadGroup *a = groups[g_test_rand_int_range (0, N_GROUPS)];
    MyThreadGroup *b = groups[g_test_rand_int_range (0, N_GROUPS)];

    g_assert_true (my_group_contains (a, b) == is_above (a, b));
    g_assert_true (my_group_contains (a, a));
  }

  for (guint i = N_GROUPS; i-- > 0;) {
    g_assert_finalize_object (groups[i]);
  }
}

/* However deep the tree is, a few jumps lead from anywhere to anywhere above it. */
static void
test_jumps (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);

  for (guint i = 0; i < N_GROUPS; i++) {
    MyThreadGroup *child = my_thread_group_new (NULL, group);

    g_object_unref (group);
    group = child;
  }
  for (guint depth = 0; depth <= group->depth; depth++) {
    MyThreadGroup *above = group;
    guint n = 0;

    while (above->depth > depth) {
      above = above->jump->depth >= depth ? above->jump : above->parent;
      n++;
    }
    g_assert_cmpuint (n, <=, 3 * g_bit_storage (N_GROUPS));
  }
  g_object_unref (group);
}

/* what is counted */

static void
assert_counts (MyThreadGroup *group,
               guint n_alive,
               gboolean is_counted)
{
  my_state_lock ();
  g_assert_cmpuint (group->n_alive, ==, n_alive);
  g_assert_true (group->is_counted == is_counted);
  my_state_unlock ();
}

/* An empty branch is told of when somebody waits for it, so that a thread at a time in a deep one does not count it up and
 * down. */
static void
test_counts (void)
{
  MyThreadGroup *top = my_thread_group_new (NULL, NULL);
  MyThreadGroup *middle = my_thread_group_new (NULL, top);
  MyThreadGroup *bottom = my_thread_group_new (NULL, middle);
  MyThread *thread;

  assert_counts (top, 0, FALSE);
  for (guint i = 0; i < 2; i++) {
    thread = start_in (bottom);
    assert_counts (top, 1, TRUE);
    assert_counts (middle, 1, TRUE);
    assert_counts (bottom, 1, TRUE);
    g_assert_cmpuint (my_thread_group_active_count (top), ==, 1);
    end (thread);
    let_go (thread);
    assert_counts (top, 1, TRUE);
    assert_counts (middle, 1, TRUE);
    assert_counts (bottom, 0, TRUE);
  }

  /* Whoever asks gets the truth. */
  g_assert_true (my_thread_group_join_timeout (top, 0, NULL));
  assert_counts (top, 0, TRUE);
  assert_counts (middle, 0, FALSE);
  assert_counts (bottom, 0, FALSE);

  /* So does whoever waits for it, meanwhile. */
  thread = start_in (bottom);
  assert_counts (top, 1, TRUE);
  my_thread_cancel (thread);
  g_assert_true (my_thread_group_join (top, NULL));
  assert_counts (middle, 0, FALSE);
  assert_counts (bottom, 0, FALSE);
  let_go (thread);

  let_go (bottom);
  let_go (middle);
  let_go (top);
}

/* A branch that goes takes what it is counted for with it. */
static void
test_counted_goes (void)
{
  MyThreadGroup *top = my_thread_group_new (NULL, NULL);
  MyThreadGroup *bottom = my_thread_group_new (NULL, top);
  MyThread *thread = start_in (bottom);

  end (thread);
  let_go (thread);
  assert_counts (top, 1, TRUE);
  let_go (bottom);
  assert_counts (top, 0, TRUE);
  let_go (top);
}

/* While a large group is being cancelled, a few at a time, its queue may wait for a slot that nobody has: that is no
 * deadlock. */

typedef struct {
  MyThreadGroup *group;
  atomic_int is_over;
} Joining;

static gpointer
join_group (gpointer data)
{
  Joining *joining = data;
  GError *error = NULL;

  my_thread_group_join (joining->group, &error);
  g_assert_no_error (error);
  atomic_store (&joining->is_over, TRUE);
  return NULL;
}

static void
test_cancelled_queue (void)
{
  Joining joining = { make_group (NULL), FALSE };
  MyThread *threads[2] = { start_in (joining.group), start_in (joining.group) };
  gboolean is_waiting = FALSE;
  GThread *joiner;

  my_state_lock ();
  joining.group->is_cancelled = TRUE;
  my_state_unlock ();
  end (threads[0]);
  g_assert_cmpint (my_thread_get_state (threads[1]), ==, MY_THREAD_STATE_QUEUED);

  joiner = g_thread_new ("joiner", join_group, &joining);
  while (!is_waiting && !atomic_load (&joining.is_over)) {
    my_state_lock ();
    is_waiting = joining.group->joiners.first != NULL;
    my_state_unlock ();
  }
  g_assert_false (atomic_load (&joining.is_over));
  end (threads[1]);
  g_thread_join (joiner);

  let_go (threads[0]);
  let_go (threads[1]);
  let_go (joining.group);
}

/* walks */

/* What the walk comes to next ends, or is started; what it has come to ends. */
static void
test_walk_threads (void)
{
  MyThreadGroup *group = make_group (NULL);
  MyThread *threads[6];
  MyWalk walk;

  for (guint i = 0; i < 5; i++) {
    threads[i] = start_in (group);
  }

  my_state_lock ();
  my_walk_begin_locked (&walk, group);
  g_assert_true (my_walk_next_locked (&walk) == threads[0]);
  my_state_unlock ();

  end (threads[1]);
  end (threads[2]);
  my_state_lock ();
  g_assert_true (my_walk_next_locked (&walk) == threads[3]);
  my_state_unlock ();

  end (threads[3]);
  end (threads[4]);
  threads[5] = start_in (group);
  my_state_lock ();
  g_assert_null (my_walk_next_locked (&walk));
  g_assert_null (my_walk_next_locked (&walk));
  my_walk_end_locked (&walk);
  my_state_unlock ();

  end (threads[5]);
  end (threads[0]);
  for (guint i = 0; i < 6; i++) {
    let_go (threads[i]);
  }
  let_go (group);
}

/* The group that the walk has come to goes, with nothing below it left, or before that. */
static void
test_walk_groups (void)
{
  MyThreadGroup *top = make_group (NULL);
  MyThreadGroup *last = make_group (top);
  MyThreadGroup *parent = make_group (top);
  MyThreadGroup *child = make_group (parent);
  MyThreadGroup *first = make_group (top); /* the newest child is the first */
  MyThread *in_child = start_in (child);
  MyThread *in_last = start_in (last);
  MyWalk walk;

  my_state_lock ();
  my_walk_begin_locked (&walk, top);
  g_assert_true (my_walk_next_group_locked (&walk) == top);
  g_assert_true (my_walk_next_group_locked (&walk) == first);
  my_state_unlock ();

  let_go (first);
  my_state_lock ();
  g_assert_true (my_walk_next_group_locked (&walk) == parent);
  g_assert_true (my_walk_next_locked (&walk) == in_child);
  my_state_unlock ();

  end (in_child);
  let_go (in_child);
  let_go (child);
  let_go (parent);
  my_state_lock ();
  g_assert_true (my_walk_next_locked (&walk) == in_last);
  my_state_unlock ();

  end (in_last);
  let_go (in_last);
  let_go (last);
  my_state_lock ();
  g_assert_null (my_walk_next_locked (&walk));
  my_walk_end_locked (&walk);
  my_state_unlock ();

  let_go (top);
}

static void
test_walk_of_members (void)
{
  MyThreadGroup *group = make_group (NULL);
  MyThreadGroup *child = make_group (group);
  MyThread *below = start_in (child);
  MyThread *member = start_in (group);
  MyWalk walk;

  my_state_lock ();
  my_walk_begin_members_locked (&walk, group);
  g_assert_true (my_walk_next_locked (&walk) == member);
  g_assert_null (my_walk_next_locked (&walk));
  my_walk_end_locked (&walk);

  /* With a limit it ends before its end. */
  my_walk_begin_locked (&walk, group);
  walk.max_steps = 1;
  g_assert_true (my_walk_next_locked (&walk) == member);
  g_assert_null (my_walk_next_locked (&walk));
  g_assert_nonnull (walk.group);
  my_walk_end_locked (&walk);
  my_state_unlock ();

  end (below);
  end (member);
  let_go (below);
  let_go (member);
  let_go (child);
  let_go (group);
}

/* A foreign thread that gets to be known after the beginning of a walk is not found either. */

typedef struct {
  GThread *os_thread;
  MyThread *thread; /* a reference */
  GMutex alive;
} Foreign;

static gpointer
be_foreign (gpointer data)
{
  Foreign *foreign = data;

  g_atomic_pointer_set (&foreign->thread, g_object_ref (my_thread_get_current ()));
  g_mutex_lock (&foreign->alive);
  g_mutex_unlock (&foreign->alive);
  return NULL;
}

static void
foreign_begin (Foreign *foreign)
{
  foreign->thread = NULL;
  g_mutex_init (&foreign->alive);
  g_mutex_lock (&foreign->alive);
  foreign->os_thread = g_thread_new (NULL, be_foreign, foreign);
  while (g_atomic_pointer_get (&foreign->thread) == NULL) {
    g_thread_yield ();
  }
}

static void
foreign_end (Foreign *foreign)
{
  g_mutex_unlock (&foreign->alive);
  g_thread_join (foreign->os_thread);
  g_mutex_clear (&foreign->alive);
  let_go (foreign->thread);
}

static void
test_walk_foreign (void)
{
  Foreign before, after;
  MyThread *thread;
  MyWalk walk;
  guint n_before = 0;
  guint n_after = 0;

  foreign_begin (&before);
  my_state_lock ();
  my_walk_begin_all_locked (&walk, my_thread_group_get_default (), my_registry_get_first_foreign_locked ());
  my_state_unlock ();
  foreign_begin (&after);

  my_state_lock ();
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    n_before += thread == before.thread;
    n_after += thread == after.thread;
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();
  g_assert_cmpuint (n_before, ==, 1);
  g_assert_cmpuint (n_after, ==, 0);

  foreign_end (&after);
  foreign_end (&before);
}

/* In a child the walk of the thread that has forked is over: there is nobody left. */
static void
test_walk_and_fork (void)
{
  MyThreadGroup *group = make_group (NULL);
  MyThread *thread = start_in (group);
  MyWalk walk;
  int status;
  pid_t child;

  my_state_lock ();
  my_walk_begin_locked (&walk, group);
  my_state_unlock ();

  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    alarm (60);
    my_state_lock ();
    g_assert_null (my_walk_next_locked (&walk));
    my_walk_end_locked (&walk);
    my_walk_begin_locked (&walk, group);
    g_assert_null (my_walk_next_locked (&walk));
    my_walk_end_locked (&walk);
    my_state_unlock ();
    _exit (0);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);

  my_state_lock ();
  g_assert_true (my_walk_next_locked (&walk) == thread);
  my_walk_end_locked (&walk);
  my_state_unlock ();
  end (thread);
  let_go (thread);
  let_go (group);
}

/* The list that a group shows, where another thread was making it, or bringing it up to date, when the process forked: that thread is
 * gone in the child, and so is what it had in hand. Here that is made by hand, as take_some() leaves it. */

static gpointer
start_elsewhere (gpointer group)
{
  return start_in (group);
}

static void
take (MyThreadGroup *group,
      MyThread *thread,
      GSequence *sequence)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  my_state_lock ();
  g_assert_true (group->first_unshown == thread);
  group->first_unshown = priv->group_next;
  priv->is_shown = TRUE;
  priv->shown_iter = sequence != NULL ? g_sequence_append (sequence, thread) : NULL;
  my_state_unlock ();
}

static void
log_change (GListModel *model,
            guint position,
            guint n_removed,
            guint n_added,
            GString *changes)
{
  g_string_append_printf (changes, "%u-%u+%u ", position, n_removed, n_added);
}

static void
check_shown (MyThreadGroup *group,
             const char *expected)
{
  GString *changes = g_string_new (NULL);
  MyThread *own;

  g_list_model_get_n_items (G_LIST_MODEL (group));
  g_signal_connect (group, "items-changed", G_CALLBACK (log_change), changes);
  own = start_in (group);
  end (own);
  g_assert_cmpstr (changes->str, ==, expected);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  g_object_unref (own);
  _exit (0);
}

static void
test_shown_and_fork (gconstpointer data)
{
  gboolean is_made = GPOINTER_TO_INT (data);
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  GSequence *lost = g_sequence_new (NULL);
  MyThread *first = start_in (group);
  MyThread *taken[3];
  int status;
  pid_t child;

  if (is_made) {
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 1);
  } else {
    take (group, first, lost);
  }
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    taken[i] = g_thread_join (g_thread_new (NULL, start_elsewhere, group));
    take (group, taken[i], i == 2 ? NULL : lost);
  }
  /* One that has been taken, and has ended since. */
  my_thread_cancel (taken[1]);
  while (my_thread_is_alive (taken[1])) {
    g_thread_yield ();
  }

  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    alarm (60);
    check_shown (group, is_made ? "0-1+0 0-0+1 0-1+0 " : "0-0+1 0-1+0 ");
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);

  /* In the parent that thread goes on. */
  my_state_lock ();
  my_thread_get_private (taken[2])->shown_iter = g_sequence_append (lost, taken[2]);
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_object_ref (taken[i]);
  }
  if (!is_made) {
    g_object_ref (first);
    group->shown = g_sequence_new (NULL);
    atomic_store (&group->is_watched, TRUE);
  }
  g_sequence_move_range (g_sequence_get_end_iter (group->shown), g_sequence_get_begin_iter (lost), g_sequence_get_end_iter (lost));
  my_state_unlock ();
  g_sequence_free (lost);

  my_thread_group_cancel (group);
  g_assert_true (my_thread_group_join (group, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  let_go (first);
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    let_go (taken[i]);
  }
  let_go (group);
}

/* Others that want the state lock get it while a long walk is under way, and not only after it. */

typedef struct {
  gboolean is_walking; /* [state] */
  atomic_int n_got;    /* how often the lock was had */
  atomic_int n_got_in_walk;
} Contest;

static gpointer
contend (gpointer data)
{
  Contest *contest = data;

  while (atomic_load (&contest->n_got_in_walk) == 0) {
    my_state_lock ();
    atomic_fetch_add (&contest->n_got, 1);
    if (contest->is_walking) {
      atomic_fetch_add (&contest->n_got_in_walk, 1);
    }
    my_state_unlock ();
  }
  return NULL;
}

static void
test_gives_way (void)
{
  MyThreadGroup *group = make_group (NULL);
  GPtrArray *threads = g_ptr_array_new ();
  Contest contest = { FALSE, 0, 0 };
  GThread *contender;

  for (guint i = 0; i < N_MEMBERS; i++) {
    g_ptr_array_add (threads, start_in (group));
  }

  contender = g_thread_new ("contender", contend, &contest);
  for (guint i = 0; atomic_load (&contest.n_got_in_walk) == 0; i++) {
    guint n = 0;
    MyWalk walk;

    /* In the first one, as a rule, or when the contender has had a processor. */
    g_assert_cmpuint (i, <, 100000);
    my_state_lock ();
    contest.is_walking = TRUE;
    my_walk_begin_locked (&walk, group);
    while (my_walk_next_locked (&walk) != NULL) {
      n++;
    }
    my_walk_end_locked (&walk);
    contest.is_walking = FALSE;
    my_state_unlock ();
    g_assert_cmpuint (n, ==, N_MEMBERS);
  }
  g_thread_join (contender);

  my_thread_group_cancel (group);
  g_assert_true (my_thread_group_join (group, NULL));
  for (guint i = 0; i < N_MEMBERS; i++) {
    g_object_unref (threads->pdata[i]);
  }
  g_ptr_array_unref (threads);
  let_go (group);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group-tree/contains", test_contains);
  g_test_add_func ("/group-tree/jumps", test_jumps);
  g_test_add_func ("/group-tree/counts", test_counts);
  g_test_add_func ("/group-tree/counted-goes", test_counted_goes);
  g_test_add_func ("/group-tree/cancelled-queue", test_cancelled_queue);
  g_test_add_func ("/group-tree/walk/threads", test_walk_threads);
  g_test_add_func ("/group-tree/walk/groups", test_walk_groups);
  g_test_add_func ("/group-tree/walk/members", test_walk_of_members);
  g_test_add_func ("/group-tree/walk/foreign", test_walk_foreign);
  g_test_add_func ("/group-tree/walk/fork", test_walk_and_fork);
  g_test_add_func ("/group-tree/walk/gives-way", test_gives_way);
  g_test_add_data_func ("/group-tree/shown/fork/made", GINT_TO_POINTER (FALSE), test_shown_and_fork);
  g_test_add_data_func ("/group-tree/shown/fork/brought-up-to-date", GINT_TO_POINTER (TRUE), test_shown_and_fork);
  return g_test_run ();
}
