/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"
#include "stress-support.h"

/* what a group does to its members, while they come and go */

#define MAX_MEMBERS 24

typedef struct _Race Race;

typedef struct {
  Race *race;
  MyThread *thread;
  gint n_runs;  /* atomic */
  gint n_taken; /* atomic */
} Member;

struct _Race {
  MyThreadGroup *group;
  Member members[MAX_MEMBERS];
  guint n_members;
  guint limit;
  guint failing;

  /* all atomic */
  MyTestCrowd crowd;
  gint n_runs;
  gint n_taken;
};

static void
run_sleep (MyThread *thread,
           gpointer data,
           GError **error)
{
  Member *member = data;

  g_atomic_int_inc (&member->n_runs);
  g_assert_false (my_thread_sleep (-1, error));
}

static void
run_counted (MyThread *thread,
             gpointer data,
             GError **error)
{
  Member *member = data;
  Race *race = member->race;

  g_atomic_int_inc (&member->n_runs);
  g_atomic_int_inc (&race->n_runs);
  my_test_crowd_pass (&race->crowd);
}

static void
race_init (Race *race,
           MyThreadGroup *parent,
           MyThreadFunc func,
           guint n_members)
{
  memset (race, 0, sizeof *race);
  race->group = my_thread_group_new (NULL, parent);
  race->n_members = n_members;
  stress_watch (race->group);
  for (guint i = 0; i < n_members; i++) {
    Member *member = &race->members[i];

    member->race = race;
    member->thread = my_test_thread_new_in_group (race->group, func, member);
    g_object_set_data (G_OBJECT (member->thread), "member", member);
    stress_watch (member->thread);
  }
}

static void
race_join (Race *race)
{
  g_autoptr (GError) error = NULL;

  my_thread_group_join (race->group, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (my_thread_group_active_count (race->group), ==, 0);
}

static void
race_clear (Race *race)
{
  for (guint i = 0; i < race->n_members; i++) {
    g_clear_object (&race->members[i].thread);
  }
  g_clear_object (&race->group);
}

static void
start_half (Race *race,
            guint half,
            StressRandom *random)
{
  for (guint i = half; i < race->n_members; i += 2) {
    g_autoptr (GError) error = NULL;

    stress_dither (random);
    my_thread_start (race->members[i].thread, &error);
    g_assert_no_error (error);
  }
}

static void
start_or_cancel_group (guint index,
                       StressRandom *random,
                       gpointer data)
{
  Race *race = data;

  if (index < 2) {
    start_half (race, index, random);
  } else {
    stress_dither (random);
    stress_dither (random);
    my_thread_group_cancel (race->group);
  }
}

/* Nothing but the cancellation ends them: it has to reach those that are
 * started before, after, and at the same time. */
static void
test_cancel (StressRound *round)
{
  Race race;

  race_init (&race, NULL, run_sleep, 8);
  my_thread_group_set_max_running (race.group, stress_random_below (&round->random, 4));
  stress_crew_race (round->crew, start_or_cancel_group, &race);
  g_assert_true (my_thread_group_is_cancelled (race.group));
  race_join (&race);
  for (guint i = 0; i < race.n_members; i++) {
    g_assert_cmpint (my_thread_get_state (race.members[i].thread), ==, MY_THREAD_STATE_CANCELLED);
  }
  race_clear (&race);
}

static void
start_or_cancel_some (guint index,
                      StressRandom *random,
                      gpointer data)
{
  Race *race = data;

  if (index < 2) {
    start_half (race, index, random);
  } else {
    for (guint i = 0; i < 8; i++) {
      stress_dither (random);
      my_thread_cancel (race->members[stress_random_below (random, race->n_members)].thread);
    }
  }
}

static void
check_all_ended (Race *race)
{
  guint n_runs = 0;

  for (guint i = 0; i < race->n_members; i++) {
    Member *member = &race->members[i];
    MyThreadState state = my_thread_get_state (member->thread);

    if (g_atomic_int_get (&member->n_runs) == 0) {
      g_assert_cmpint (state, ==, MY_THREAD_STATE_CANCELLED);
    } else {
      g_assert_cmpint (g_atomic_int_get (&member->n_runs), ==, 1);
      g_assert_cmpint (state, ==, MY_THREAD_STATE_SUCCEEDED);
      n_runs++;
    }
  }
  g_assert_cmpuint (n_runs, ==, (guint) g_atomic_int_get (&race->n_runs));
}

static void
test_max_running (StressRound *round)
{
  guint limit = 1 + stress_random_below (&round->random, 4);
  Race race;

  race_init (&race, NULL, run_counted, MAX_MEMBERS);
  my_thread_group_set_max_running (race.group, limit);
  stress_crew_race (round->crew, start_or_cancel_some, &race);
  race_join (&race);
  g_assert_cmpint (race.crowd.n_most, <=, (gint) limit);
  check_all_ended (&race);
  stress_tally ("ran", g_atomic_int_get (&race.n_runs));
  stress_tally ("cancelled", MAX_MEMBERS - g_atomic_int_get (&race.n_runs));
  race_clear (&race);
}

static void
start_or_change_limit (guint index,
                       StressRandom *random,
                       gpointer data)
{
  Race *race = data;

  if (index < 2) {
    start_half (race, index, random);
  } else {
    for (guint i = 0; i < 8; i++) {
      stress_dither (random);
      my_thread_group_set_max_running (race->group, 1 + stress_random_below (random, race->limit));
    }
  }
}

static void
test_change_limit (StressRound *round)
{
  Race race;

  race_init (&race, NULL, run_counted, MAX_MEMBERS);
  race.limit = 1 + stress_random_below (&round->random, 6);
  my_thread_group_set_max_running (race.group, 1);
  stress_crew_race (round->crew, start_or_change_limit, &race);
  race_join (&race);
  g_assert_cmpint (race.crowd.n_most, <=, (gint) race.limit);
  g_assert_cmpint (g_atomic_int_get (&race.n_runs), ==, MAX_MEMBERS);
  check_all_ended (&race);
  race_clear (&race);
}

static void
run_one_fails (MyThread *thread,
               gpointer data,
               GError **error)
{
  Member *member = data;

  if (member == &member->race->members[member->race->failing]) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "busy");
  } else {
    run_sleep (thread, data, error);
  }
}

static void
start_halves (guint index,
              StressRandom *random,
              gpointer data)
{
  start_half (data, index, random);
}

static void
test_cancel_on_error (StressRound *round)
{
  Race race;

  race_init (&race, NULL, run_one_fails, 8);
  race.failing = stress_random_below (&round->random, race.n_members);
  my_thread_group_set_cancel_on_error (race.group, TRUE);
  stress_crew_race (round->crew, start_halves, &race);
  my_test_assert_fails (my_thread_group_join (race.group, &error_), G_IO_ERROR, G_IO_ERROR_BUSY);
  race_join (&race);
  for (guint i = 0; i < race.n_members; i++) {
    g_assert_cmpint (my_thread_get_state (race.members[i].thread), ==, i == race.failing ? MY_THREAD_STATE_FAILED : MY_THREAD_STATE_CANCELLED);
  }
  race_clear (&race);
}

static void
run_fail_or_not (MyThread *thread,
                 gpointer data,
                 GError **error)
{
  Member *member = data;

  if ((member - member->race->members) % 3 == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "busy");
  }
}

static void
start_or_take (guint index,
               StressRandom *random,
               gpointer data)
{
  Race *race = data;

  if (index == 0) {
    start_half (race, 0, random);
    start_half (race, 1, random);
    return;
  }

  while (g_atomic_int_get (&race->n_taken) < (gint) race->n_members) {
    g_autoptr (GError) error = NULL;
    g_autoptr (MyThread) thread = NULL;
    gint64 timeout_us = (gint64) stress_random_below (random, 60) - 1;

    thread = my_thread_group_join_next (race->group, timeout_us, &error);
    if (thread) {
      Member *member = g_object_get_data (G_OBJECT (thread), "member");
      gint n_taken = g_atomic_int_add (&member->n_taken, 1);

      g_assert_no_error (error);
      g_assert_false (my_thread_is_alive (thread));
      g_assert_cmpint (n_taken, ==, 0);
      g_atomic_int_inc (&race->n_taken);
    } else if (error) {
      g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
      g_assert_cmpint (timeout_us, >=, 0);
    } else {
      /* none is left of those that have been started */
      g_thread_yield ();
    }
  }
}

static void
test_join_next (StressRound *round)
{
  Race race;

  race_init (&race, NULL, run_fail_or_not, 16);
  my_thread_group_set_keep_finished (race.group, TRUE);
  my_thread_group_set_max_running (race.group, stress_random_below (&round->random, 4));
  stress_crew_race (round->crew, start_or_take, &race);
  g_assert_cmpint (g_atomic_int_get (&race.n_taken), ==, (gint) race.n_members);
  g_assert_null (my_thread_group_join_next (race.group, -1, NULL));
  race_clear (&race);
}

static MyThread *
start_member (MyThreadGroup *group,
              MyThreadFunc func,
              gpointer data)
{
  MyThread *thread = my_test_thread_new_in_group (group, func, data);

  g_assert_true (my_thread_start (thread, NULL));

  return thread;
}

typedef struct {
  MyThreadGroup *group;
  guint depth;
  gint *n_runs; /* atomic */
} Branch;

static void
run_branch (MyThread *thread,
            gpointer data,
            GError **error)
{
  Branch *branch = data;

  g_atomic_int_inc (branch->n_runs);
  for (guint i = 0; i < 2 && branch->depth > 0; i++) {
    Branch *child = g_memdup2 (branch, sizeof *branch);

    child->depth--;
    g_object_unref (start_member (branch->group, run_branch, child));
  }
  g_free (branch);
}

/* members start members while the group is joined */
static void
test_grow (StressRound *round)
{
  g_autoptr (MyThreadGroup) group = my_thread_group_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  gint n_runs = 0;
  Branch *branch = g_new0 (Branch, 1);

  stress_watch (group);
  *branch = (Branch){ group, 4, &n_runs };
  g_object_unref (start_member (group, run_branch, branch));
  my_thread_group_join (group, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&n_runs), ==, 31);
  g_assert_cmpuint (my_thread_group_active_count (group), ==, 0);
}

/* Groups come and go below one that is looked at, joined and cancelled. */
static void
use_tree (guint index,
          StressRandom *random,
          gpointer data)
{
  MyThreadGroup *parent = data;

  if (index == 0) {
    for (guint i = 0; i < 4; i++) {
      g_autoptr (MyThreadGroup) child = my_thread_group_new (NULL, parent);
      g_autoptr (MyThreadGroup) grandchild = my_thread_group_new (NULL, child);
      g_autoptr (MyThread) member = start_member (grandchild, my_test_run_nothing, NULL);

      stress_watch (child);
      stress_watch (grandchild);
      if (stress_random_below (random, 2)) {
        g_autoptr (GError) error = NULL;

        my_thread_group_join (stress_random_below (random, 2) ? child : grandchild, &error);
        g_assert_no_error (error);
        g_assert_false (my_thread_is_alive (member));
      }
    }
  } else if (index == 1) {
    for (guint i = 0; i < 8; i++) {
      g_autoptr (GPtrArray) threads = my_thread_group_enumerate (parent);

      for (guint j = 0; j < threads->len; j++) {
        MyThreadGroup *group = my_thread_get_group (threads->pdata[j]);

        g_assert_true (my_thread_group_get_parent (my_thread_group_get_parent (group)) == parent);
      }
      g_assert_cmpuint (my_thread_group_active_count (parent), <=, 4);
      stress_dither (random);
    }
  } else {
    stress_dither (random);
    if (stress_random_below (random, 2)) {
      my_thread_group_cancel (parent);
    } else {
      g_assert_true (my_thread_group_join (parent, NULL));
    }
  }
}

static void
test_tree (StressRound *round)
{
  g_autoptr (MyThreadGroup) parent = my_thread_group_new (NULL, NULL);

  stress_watch (parent);
  stress_crew_race (round->crew, use_tree, parent);
  g_assert_true (my_thread_group_join (parent, NULL));
  g_assert_cmpuint (my_thread_group_active_count (parent), ==, 0);
}

/* Long walks over a tree that changes all the time. */

#define N_IN_BRANCH 300

typedef struct {
  MyThreadGroup *top;
  gint n_looked; /* atomic */
} Walked;

static void
walk_tree (guint index,
           StressRandom *random,
           gpointer data)
{
  Walked *walked = data;

  if (index < 2) {
    /* Branches that are filled, and emptied from anywhere, and go. */
    MyThread *members[N_IN_BRANCH];
    MyThreadGroup *branch = my_thread_group_new (NULL, walked->top);
    MyThreadGroup *leaf = my_thread_group_new (NULL, branch);

    my_thread_group_set_max_running (leaf, 1);
    for (guint i = 0; i < N_IN_BRANCH; i++) {
      members[i] = start_member (leaf, stress_run_sleep, NULL);
    }
    g_assert_cmpuint (my_thread_group_active_count (branch), <=, N_IN_BRANCH);
    if (stress_random_below (random, 2)) {
      for (guint i = 1; i < N_IN_BRANCH; i++) {
        guint j = stress_random_below (random, i);
        MyThread *member = members[i];

        members[i] = members[j];
        members[j] = member;
      }
      for (guint i = 0; i < N_IN_BRANCH / 2; i++) {
        my_thread_cancel (members[i]);
      }
    }
    my_thread_group_cancel (stress_random_below (random, 2) ? branch : leaf);
    g_assert_true (my_thread_group_join (stress_random_below (random, 2) ? branch : leaf, NULL));
    for (guint i = 0; i < N_IN_BRANCH; i++) {
      g_assert_false (my_thread_is_alive (members[i]));
      g_object_unref (members[i]);
    }
    g_object_unref (leaf);
    g_object_unref (branch);
  } else {
    for (guint i = 0; i < 10; i++) {
      g_autoptr (GPtrArray) threads = my_thread_group_enumerate (walked->top);
      g_autoptr (GPtrArray) all = my_thread_enumerate ();
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
      g_autofree char *dump = my_thread_dump ();

      g_assert_cmpuint (threads->len, <=, 2 * N_IN_BRANCH);
      for (guint j = 0; j < all->len; j++) {
        g_assert_true (g_hash_table_add (seen, all->pdata[j]));
      }
      g_assert_cmpuint (my_thread_group_active_count (walked->top), <=, 2 * N_IN_BRANCH);
      my_thread_group_join_timeout (walked->top, 0, NULL);
      g_atomic_int_inc (&walked->n_looked);
    }
  }
}

static void
test_walks (StressRound *round)
{
  Walked walked = { my_thread_group_new (NULL, NULL), 0 };

  stress_watch (walked.top);
  stress_crew_race (round->crew, walk_tree, &walked);
  g_assert_cmpint (walked.n_looked, ==, 20);
  g_assert_true (my_thread_group_join (walked.top, NULL));
  g_assert_cmpuint (my_thread_group_active_count (walked.top), ==, 0);
  g_object_unref (walked.top);
}

static const StressCase cases[] = {
  { .name = "cancel", .run_round = test_cancel, .n_crew = 3 },
  { .name = "max-running", .run_round = test_max_running, .n_crew = 3 },
  { .name = "change-limit", .run_round = test_change_limit, .n_crew = 3 },
  { .name = "cancel-on-error", .run_round = test_cancel_on_error, .n_crew = 2 },
  { .name = "join-next", .run_round = test_join_next, .n_crew = 4 },
  { .name = "grow", .run_round = test_grow },
  { .name = "tree", .run_round = test_tree, .n_crew = 3 },
  { .name = "walks", .run_round = test_walks, .n_crew = 4 },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/group", cases, G_N_ELEMENTS (cases));
}
