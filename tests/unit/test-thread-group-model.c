/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

/* A group as a GListModel. What it says is asserted as strings, and nothing may
 * be left unasserted: "0-5+5" is items-changed (0, 5, 5), "n" is notify::n-items.
 * Beside that a replica is kept of what it says, which always equals the model.
 */

typedef struct {
  GListModel *model;
  GThread *thread;
  GPtrArray *replica;
  GString *changes;
} Watcher;

static void
assert_is_replica (Watcher *watcher)
{
  g_assert_cmpuint (g_list_model_get_n_items (watcher->model), ==, watcher->replica->len);
  for (guint i = 0; i < watcher->replica->len; i++) {
    g_autoptr (MyThread) item = g_list_model_get_item (watcher->model, i);

    g_assert_true (item == watcher->replica->pdata[i]);
  }
  g_assert_null (g_list_model_get_item (watcher->model, watcher->replica->len));
}

static void
add_change (Watcher *watcher,
            const char *format,
            ...)
{
  va_list args;

  if (watcher->changes->len > 0) {
    g_string_append_c (watcher->changes, ' ');
  }
  va_start (args, format);
  g_string_append_vprintf (watcher->changes, format, args);
  va_end (args);
}

static void
on_items_changed (GListModel *model,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  Watcher *watcher)
{
  g_assert_true (g_thread_self () == watcher->thread);
  g_assert_cmpuint (n_removed + n_added, >, 0);
  g_assert_cmpuint (position + n_removed, <=, watcher->replica->len);

  add_change (watcher, "%u", position);
  if (n_removed > 0) {
    g_string_append_printf (watcher->changes, "-%u", n_removed);
    g_ptr_array_remove_range (watcher->replica, position, n_removed);
  }
  if (n_added > 0) {
    g_string_append_printf (watcher->changes, "+%u", n_added);
    for (guint i = position; i < position + n_added; i++) {
      g_ptr_array_insert (watcher->replica, i, g_list_model_get_item (model, i));
    }
  }
  assert_is_replica (watcher);
}

static void
on_n_items (MyThreadGroup *group,
            GParamSpec *pspec,
            Watcher *watcher)
{
  guint n_items;

  g_assert_true (g_thread_self () == watcher->thread);
  g_object_get (group, "n-items", &n_items, NULL);
  g_assert_cmpuint (n_items, ==, watcher->replica->len);
  add_change (watcher, "n");
}

static void
watcher_init (Watcher *watcher,
              MyThreadGroup *group)
{
  watcher->model = G_LIST_MODEL (group);
  watcher->thread = g_thread_self ();
  watcher->replica = g_ptr_array_new_with_free_func (g_object_unref);
  watcher->changes = g_string_new (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (watcher->model); i++) {
    g_ptr_array_add (watcher->replica, g_list_model_get_item (watcher->model, i));
  }
  g_signal_connect (group, "items-changed", G_CALLBACK (on_items_changed), watcher);
  g_signal_connect (group, "notify::n-items", G_CALLBACK (on_n_items), watcher);
}

static void
watcher_clear (Watcher *watcher)
{
  g_assert_cmpstr (watcher->changes->str, ==, "");
  assert_is_replica (watcher);
  g_signal_handlers_disconnect_by_data (watcher->model, watcher);
  g_string_free (watcher->changes, TRUE);
  g_ptr_array_unref (watcher->replica);
}

#define assert_changes(watcher, expected)                      \
  G_STMT_START                                                 \
    {                                                          \
      assert_is_replica (watcher);                             \
      g_assert_cmpstr ((watcher)->changes->str, ==, expected); \
      g_string_truncate ((watcher)->changes, 0);               \
    }                                                          \
  G_STMT_END

static gboolean
has_changed (gpointer watcher)
{
  return g_str_has_suffix (((Watcher *) watcher)->changes->str, "n");
}

static gboolean
is_empty (gpointer watcher)
{
  return has_changed (watcher) && ((Watcher *) watcher)->replica->len == 0;
}

static void
test_interface (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  GListModel *model = G_LIST_MODEL (group);
  MyTestBlock block;
  MyThread *thread;
  gpointer item;
  guint n_items;

  g_assert_true (g_type_is_a (MY_TYPE_THREAD_GROUP, G_TYPE_LIST_MODEL));
  g_assert_cmpuint (g_list_model_get_item_type (model), ==, MY_TYPE_THREAD);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 0);
  g_assert_null (g_list_model_get_item (model, 0));
  g_assert_null (g_list_model_get_item (model, G_MAXUINT));

  thread = start_block_in (group, &block);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  g_object_get (group, "n-items", &n_items, NULL);
  g_assert_cmpuint (n_items, ==, 1);
  item = g_list_model_get_item (model, 0);
  g_assert_true (item == thread);
  g_object_unref (item);
  g_assert_null (g_list_model_get_item (model, 1));

  release (thread, &block);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 0);
  g_assert_null (g_list_model_get_item (model, 0));
  my_test_release (group);
}

/* start() and join() in the group's context say it at once */
static void
test_at_once (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestBlock blocks[3];
  MyThread *threads[3];
  Watcher watcher;

  watcher_init (&watcher, group);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *expected = g_strdup_printf ("%u+1 n", i);

    threads[i] = start_block_in (group, &blocks[i]);
    assert_changes (&watcher, expected);
  }
  my_test_gate_open (&blocks[1].release);
  g_assert_true (my_thread_join (threads[1], NULL));
  assert_changes (&watcher, "1-1 n");
  my_test_gate_open (&blocks[0].release);
  g_assert_true (my_thread_join (threads[0], NULL));
  assert_changes (&watcher, "0-1 n");
  my_test_gate_open (&blocks[2].release);
  assert_group_joins (group);
  assert_changes (&watcher, "0-1 n");
  my_test_iterate_pending (NULL);
  watcher_clear (&watcher);

  for (guint i = 0; i < 3; i++) {
    release (threads[i], &blocks[i]);
  }
  my_test_release (group);
}

/* own alive members: queued ones are, those of subgroups, new ones and ended ones are not */
static void
test_members (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, group);
  MyThread *not_started, *running, *queued, *cancelled, *below;
  MyTestBlock blocks[3];
  Watcher watcher;

  watcher_init (&watcher, group);
  my_thread_group_set_max_running (group, 1);
  not_started = my_test_thread_new_in_group (group, NULL, NULL);
  assert_changes (&watcher, "");
  running = start_block_in (group, &blocks[0]);
  assert_changes (&watcher, "0+1 n");
  queued = start_block_in (group, &blocks[1]);
  assert_changes (&watcher, "1+1 n");
  below = start_block_in (child, &blocks[2]);
  my_test_iterate_pending (NULL);
  assert_changes (&watcher, "");

  my_thread_cancel (queued);
  assert_cancelled (queued);
  assert_changes (&watcher, "1-1 n");
  release (below, &blocks[2]);
  assert_changes (&watcher, "");
  release (running, &blocks[0]);
  assert_changes (&watcher, "0-1 n");

  /* one that never was alive was never in it */
  cancelled = my_test_thread_new_in_group (group, never_run, NULL);
  my_thread_cancel (cancelled);
  g_assert_true (my_thread_start (cancelled, NULL));
  assert_cancelled (cancelled);
  my_test_iterate_pending (NULL);
  assert_changes (&watcher, "");

  watcher_clear (&watcher);
  my_test_block_clear (&blocks[1]);
  g_assert_finalize_object (not_started);
  my_test_release (queued);
  my_test_release (cancelled);
  my_test_release (child);
  my_test_release (group);
}

typedef struct {
  MyThreadGroup *group;
  MyThread *threads[5];
  MyTestBlock blocks[5];
  MyThread *ended;
} Elsewhere;

static gpointer
start_elsewhere (gpointer data)
{
  Elsewhere *elsewhere = data;

  for (guint i = 0; i < 5; i++) {
    elsewhere->threads[i] = start_block_in (elsewhere->group, &elsewhere->blocks[i]);
  }

  return NULL;
}

static gpointer
join_elsewhere (gpointer data)
{
  Elsewhere *elsewhere = data;

  for (guint i = 1; i < 4; i++) {
    my_test_gate_open (&elsewhere->blocks[i].release);
    g_assert_true (my_thread_join (elsewhere->threads[i], NULL));
  }

  return NULL;
}

static gpointer
replace_elsewhere (gpointer data)
{
  Elsewhere *elsewhere = data;

  my_test_gate_open (&elsewhere->blocks[4].release);
  g_assert_true (my_thread_join (elsewhere->threads[4], NULL));
  elsewhere->ended = elsewhere->threads[4];
  my_test_block_clear (&elsewhere->blocks[4]);
  elsewhere->threads[4] = start_block_in (elsewhere->group, &elsewhere->blocks[4]);

  return NULL;
}

static gboolean
has_new_last (gpointer data)
{
  Watcher *watcher = data;

  return watcher->replica->len == 2 && watcher->changes->len > 0;
}

static void
call_elsewhere (GThreadFunc func,
                gpointer data)
{
  g_thread_join (g_thread_new (NULL, func, data));
}

/* what others do comes in the group's context only, and all of it as one change */
static void
test_other_threads (void)
{
  Elsewhere elsewhere = { .group = my_thread_group_new (NULL, NULL) };
  Watcher watcher;

  watcher_init (&watcher, elsewhere.group);
  call_elsewhere (start_elsewhere, &elsewhere);
  assert_changes (&watcher, "");
  g_assert_cmpuint (my_thread_group_active_count (elsewhere.group), ==, 5);
  my_test_iterate_until (NULL, has_changed, &watcher);
  assert_changes (&watcher, "0+5 n");

  call_elsewhere (join_elsewhere, &elsewhere);
  assert_changes (&watcher, "");
  my_test_iterate_until (NULL, has_changed, &watcher);
  assert_changes (&watcher, "1-3 n");

  /* one for another */
  call_elsewhere (replace_elsewhere, &elsewhere);
  assert_changes (&watcher, "");
  my_test_iterate_until (NULL, has_new_last, &watcher);
  assert_changes (&watcher, "1-1 n 1+1 n");

  for (guint i = 0; i < 5; i++) {
    release (elsewhere.threads[i], &elsewhere.blocks[i]);
  }
  assert_changes (&watcher, "0-1 n 0-1 n");
  watcher_clear (&watcher);
  my_test_finish (elsewhere.ended);
  my_test_release (elsewhere.group);
}

static gpointer
start_and_end_elsewhere (gpointer group)
{
  for (guint i = 0; i < 3; i++) {
    MyThread *thread = start_in (group, my_test_run_nothing, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
  }

  return NULL;
}

/* those that came and went between two turns were never seen */
static void
test_coalesced (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Watcher watcher;

  watcher_init (&watcher, group);
  call_elsewhere (start_and_end_elsewhere, group);
  /* which brings it up to date */
  assert_group_joins (group);
  assert_changes (&watcher, "");
  watcher_clear (&watcher);
  my_test_release (group);
}

/* a group of another context: what main does arrives there */
typedef struct {
  MyThreadGroup *group;
  Watcher watcher;
} InLoop;

static void
make_in_loop (gpointer data)
{
  InLoop *in_loop = data;

  in_loop->group = my_thread_group_new (NULL, NULL);
  watcher_init (&in_loop->watcher, in_loop->group);
}

static void
iterate_until_changed (gpointer data)
{
  InLoop *in_loop = data;

  my_test_iterate_until (g_main_context_get_thread_default (), has_changed, &in_loop->watcher);
}

static void
iterate_until_empty (gpointer data)
{
  InLoop *in_loop = data;

  my_test_iterate_until (g_main_context_get_thread_default (), is_empty, &in_loop->watcher);
}

static void
clear_in_loop (gpointer data)
{
  InLoop *in_loop = data;

  g_string_truncate (in_loop->watcher.changes, 0);
  watcher_clear (&in_loop->watcher);
  g_object_add_weak_pointer (G_OBJECT (in_loop->group), (gpointer *) &in_loop->group);
  g_object_unref (in_loop->group);
  my_test_iterate_until (g_main_context_get_thread_default (), my_test_is_null, &in_loop->group);
}

static void
test_other_context (void)
{
  MyTestLoop loop;
  MyTestBlock block;
  InLoop in_loop;
  MyThread *thread;

  my_test_loop_init (&loop);
  my_test_loop_call (&loop, make_in_loop, &in_loop);
  thread = start_block_in (in_loop.group, &block);
  my_test_loop_call (&loop, iterate_until_changed, &in_loop);
  g_assert_cmpstr (in_loop.watcher.changes->str, ==, "0+1 n");
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_loop_call (&loop, iterate_until_empty, &in_loop);
  g_assert_cmpstr (in_loop.watcher.changes->str, ==, "0+1 n 0-1 n");
  release (thread, &block);
  my_test_loop_call (&loop, clear_in_loop, &in_loop);
  my_test_loop_clear (&loop);
}

/* The default group belongs to the global default context, whoever asks for it first: see main(). */
static void
ask_for_default (gpointer group)
{
  *(MyThreadGroup **) group = my_thread_group_get_default ();
}

static void
test_default (void)
{
  Watcher watcher;
  MyTestBlock block;
  MyThread *thread;

  watcher_init (&watcher, my_thread_group_get_default ());
  my_test_block_init (&block);
  thread = my_test_start_block (NULL, &block);
  assert_changes (&watcher, "0+1 n");
  release (thread, &block);
  assert_changes (&watcher, "0-1 n");
  watcher_clear (&watcher);
}

/* four threads start and end members while the owner uses the model */
typedef struct {
  MyThreadGroup *group;
  gint n_done; /* atomic */
} Busy;

static gpointer
start_and_end_many (gpointer data)
{
  Busy *busy = data;

  for (guint i = 0; i < 50; i++) {
    MyThread *threads[3];

    for (guint j = 0; j < G_N_ELEMENTS (threads); j++) {
      threads[j] = start_in (busy->group, my_test_run_nothing, NULL);
    }
    for (guint j = 0; j < G_N_ELEMENTS (threads); j++) {
      g_assert_true (my_thread_join (threads[j], NULL));
      g_object_unref (threads[j]);
    }
  }
  g_atomic_int_inc (&busy->n_done);
  g_main_context_wakeup (NULL);

  return NULL;
}

static gboolean
use_model (gpointer data)
{
  Watcher *watcher = data;

  assert_is_replica (watcher);

  return G_SOURCE_CONTINUE;
}

static gboolean
all_done (gpointer busy)
{
  return g_atomic_int_get (&((Busy *) busy)->n_done) == 4;
}

static void
test_busy (void)
{
  Busy busy = { .group = my_thread_group_new (NULL, NULL) };
  GThread *threads[4];
  Watcher watcher;
  guint idle;

  watcher_init (&watcher, busy.group);
  idle = g_idle_add (use_model, &watcher);
  for (guint i = 0; i < 4; i++) {
    threads[i] = g_thread_new (NULL, start_and_end_many, &busy);
  }
  my_test_iterate_until (NULL, all_done, &busy);
  for (guint i = 0; i < 4; i++) {
    g_thread_join (threads[i]);
  }
  g_source_remove (idle);
  assert_group_joins (busy.group);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (busy.group)), ==, 0);
  g_string_truncate (watcher.changes, 0);
  watcher_clear (&watcher);
  my_test_release (busy.group);
}

/* An executor that has the list shown while it has a thread, and then refuses it. */

#define TYPE_REFUSING (refusing_get_type ())
G_DECLARE_FINAL_TYPE (Refusing, refusing, REFUSING, EXECUTOR, GObject)

struct _Refusing {
  GObject parent_instance;

  guint n_seen;
  MyTestBlock *block; /* or NULL */
};

static gboolean
refusing_execute (MyExecutor *executor,
                  MyThread *thread,
                  GError **error)
{
  Refusing *self = REFUSING_EXECUTOR (executor);

  if (self->block != NULL) {
    my_test_gate_open (&self->block->entered);
    my_test_gate_wait (&self->block->release);
  } else {
    /* As start() of another member would. */
    my_thread_group_join_timeout (my_thread_get_group (thread), 0, NULL);
    self->n_seen = g_list_model_get_n_items (G_LIST_MODEL (my_thread_get_group (thread)));
  }
  g_set_error_literal (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES, "not now");
  return FALSE;
}

static void
refusing_iface_init (MyExecutorInterface *iface)
{
  iface->execute = refusing_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Refusing, refusing, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, refusing_iface_init))

static void
refusing_class_init (RefusingClass *klass)
{
}

static void
refusing_init (Refusing *self)
{
}

/* One that was refused, and is started again before its list has heard of it: it goes, and comes at the end. */
static void
test_refused (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Refusing *executor = g_object_new (TYPE_REFUSING, NULL);
  MyThread *first, *second;
  MyTestBlock blocks[2];
  Watcher watcher;

  watcher_init (&watcher, group);
  my_test_block_init (&blocks[0]);
  first = my_test_thread_new_in_group (group, my_test_run_block, &blocks[0]);
  for (guint i = 0; i < 2; i++) {
    my_thread_set_executor (first, MY_EXECUTOR (executor));
    my_test_assert_fails (my_thread_start (first, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
    g_assert_cmpuint (executor->n_seen, ==, 1);
  }
  assert_changes (&watcher, "0+1 n 0-1 n 0+1 n");

  my_thread_set_executor (first, NULL);
  second = start_block_in (group, &blocks[1]);
  assert_changes (&watcher, "0-1 n 0+1 n");
  g_assert_true (my_thread_start (first, NULL));
  assert_changes (&watcher, "1+1 n");

  release (second, &blocks[1]);
  assert_changes (&watcher, "0-1 n");
  release (first, &blocks[0]);
  assert_changes (&watcher, "0-1 n");
  watcher_clear (&watcher);
  g_object_unref (executor);
  my_test_release (group);
}

/* The same while the list is being told of another change. */

typedef struct {
  MyThread *thread;
  Refusing *executor;
  gboolean is_done;
  MyTestBlock block; /* entered: the executor has it; release: it may refuse it */
  MyTestGate again;
} Again;

static gpointer
start_twice (gpointer data)
{
  Again *again = data;

  my_thread_set_executor (again->thread, MY_EXECUTOR (again->executor));
  g_assert_false (my_thread_start (again->thread, NULL));
  my_thread_set_executor (again->thread, NULL);
  g_assert_true (my_thread_start (again->thread, NULL));
  my_test_gate_open (&again->again);
  return NULL;
}

static void
wait_for_again (GListModel *model,
                guint position,
                guint n_removed,
                guint n_added,
                Again *again)
{
  if (n_removed > 0 && !again->is_done) {
    again->is_done = TRUE;
    my_test_gate_open (&again->block.release);
    my_test_gate_wait (&again->again);
  }
}

static void
test_refused_in_change (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Again again = { .executor = g_object_new (TYPE_REFUSING, NULL) };
  MyThread *other;
  MyTestBlock blocks[2];
  Watcher watcher;
  GThread *starter;

  watcher_init (&watcher, group);
  other = start_block_in (group, &blocks[0]);
  my_test_block_init (&blocks[1]);
  my_test_block_init (&again.block);
  my_test_gate_init (&again.again);
  again.thread = my_test_thread_new_in_group (group, my_test_run_block, &blocks[1]);
  again.executor->block = &again.block;
  starter = g_thread_new (NULL, start_twice, &again);
  my_test_gate_wait (&again.block.entered);
  my_test_iterate_pending (NULL);
  assert_changes (&watcher, "0+1 n 1+1 n");

  g_signal_connect (group, "items-changed", G_CALLBACK (wait_for_again), &again);
  release (other, &blocks[0]);
  assert_changes (&watcher, "0-1 n 0-1 n 0+1 n");
  g_signal_handlers_disconnect_by_data (group, &again);
  g_thread_join (starter);

  release (again.thread, &blocks[1]);
  assert_changes (&watcher, "0-1 n");
  watcher_clear (&watcher);
  my_test_gate_clear (&again.again);
  my_test_block_clear (&again.block);
  g_object_unref (again.executor);
  my_test_release (group);
}

int
main (int argc,
      char **argv)
{
  MyThreadGroup *group = NULL;
  MyTestLoop loop;

  g_test_init (&argc, &argv, NULL);

  my_test_loop_init (&loop);
  my_test_loop_call (&loop, ask_for_default, &group);
  my_test_loop_clear (&loop);
  g_assert_true (group == my_thread_group_get_default ());

  g_test_add_func ("/thread-group/model/interface", test_interface);
  g_test_add_func ("/thread-group/model/at-once", test_at_once);
  g_test_add_func ("/thread-group/model/members", test_members);
  g_test_add_func ("/thread-group/model/other-threads", test_other_threads);
  g_test_add_func ("/thread-group/model/coalesced", test_coalesced);
  g_test_add_func ("/thread-group/model/other-context", test_other_context);
  g_test_add_func ("/thread-group/model/default", test_default);
  g_test_add_func ("/thread-group/model/busy", test_busy);
  g_test_add_func ("/thread-group/model/refused", test_refused);
  g_test_add_func ("/thread-group/model/refused-in-change", test_refused_in_change);

  return g_test_run ();
}
