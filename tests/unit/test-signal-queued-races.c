/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

/* Queued signals, with what races them: see also test-signal-queued.c. */

#define N_EMITTERS 2
#define N_WORDS 2000

static guint said; /* a signal of every object: an emitter's number, and its how manieth word it is */

static void
define_signal (void)
{
  GType types[] = { G_TYPE_UINT, G_TYPE_UINT };

  g_type_class_unref (g_type_class_ref (G_TYPE_OBJECT));
  said = g_signal_newv ("test-said", G_TYPE_OBJECT, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, G_N_ELEMENTS (types), types);
}

static guint
n_rounds (void)
{
  return MAX (20, 2000 / my_test_timeout_factor ());
}

/* some threads that emit */

typedef struct {
  gpointer *objects; /* ends with NULL */
  guint number;
  guint n_words;
  gint *is_over; /* or NULL */
} Emitter;

static gpointer
emit (gpointer data)
{
  Emitter *self = data;
  guint n = 0;

  while (n < self->n_words && (self->is_over == NULL || !g_atomic_int_get (self->is_over))) {
    for (guint i = 0; self->objects[i] != NULL; i++) {
      g_signal_emit (self->objects[i], said, 0, self->number, n++);
    }
    if (self->is_over != NULL) {
      g_thread_yield (); /* what is pending shall be little, and the race be often */
    }
  }
  return NULL;
}

typedef struct {
  GThread *threads[N_EMITTERS];
  Emitter emitters[N_EMITTERS];
} Emitters;

static void
emitters_start (Emitters *self,
                gpointer *objects,
                guint n_words,
                gint *is_over)
{
  for (guint i = 0; i < N_EMITTERS; i++) {
    self->emitters[i] = (Emitter){ objects, i, n_words, is_over };
    self->threads[i] = g_thread_new ("emitter", emit, &self->emitters[i]);
  }
}

static void
emitters_join (Emitters *self)
{
  for (guint i = 0; i < N_EMITTERS; i++) {
    g_thread_join (self->threads[i]);
  }
}

/* who listens; only in the main thread */

typedef struct {
  guint n_next[N_EMITTERS];
  guint n_calls;
  gint n_destroyed; /* atomic, as the context may be closed */
  gboolean is_over;
  gboolean may_skip;
} Listener;

static void
on_said (GObject *object,
         guint emitter,
         guint n,
         Listener *self)
{
  g_assert_true (G_IS_OBJECT (object));
  g_assert_false (self->is_over);
  g_assert_cmpint (g_atomic_int_get (&self->n_destroyed), ==, 0);
  if (self->may_skip) {
    g_assert_cmpuint (n, >=, self->n_next[emitter]);
  } else {
    g_assert_cmpuint (n, ==, self->n_next[emitter]);
  }
  self->n_next[emitter] = n + 1;
  self->n_calls++;
}

static void
on_destroy (gpointer data,
            GClosure *closure)
{
  g_atomic_int_inc (&((Listener *) data)->n_destroyed);
}

static gboolean
has_heard_all (gpointer data)
{
  return ((Listener *) data)->n_calls == N_EMITTERS * N_WORDS;
}

static gboolean
has_heard_any (gpointer data)
{
  return ((Listener *) data)->n_calls > 0;
}

static gboolean
is_destroyed (gpointer data)
{
  return g_atomic_int_get (&((Listener *) data)->n_destroyed) != 0;
}

/* All arrive, those of one thread in order, whatever the object. */
static void
test_order (void)
{
  gpointer objects[] = { g_object_new (G_TYPE_OBJECT, NULL), g_object_new (G_TYPE_OBJECT, NULL), NULL };
  Listener listener = { .is_over = FALSE };
  Emitters emitters;

  for (guint i = 0; objects[i] != NULL; i++) {
    my_signal_connect_queued (objects[i], "test-said", G_CALLBACK (on_said), &listener, NULL, 0, NULL);
  }
  emitters_start (&emitters, objects, N_WORDS, NULL);
  my_test_iterate_until (NULL, has_heard_all, &listener);
  emitters_join (&emitters);
  g_assert_finalize_object (objects[0]);
  g_assert_finalize_object (objects[1]);
  my_test_iterate_pending (NULL);
}

/* Sources of a lower priority have their turn, however much is emitted. */

typedef struct {
  gint is_over;
  guint n_turns;
} Low;

static gboolean
count_turn (gpointer data)
{
  Low *low = data;

  low->n_turns++;
  return G_SOURCE_CONTINUE;
}

static gboolean
has_had_turns (gpointer data)
{
  return ((Low *) data)->n_turns >= 20;
}

static void
test_flood (void)
{
  gpointer objects[] = { g_object_new (G_TYPE_OBJECT, NULL), NULL };
  Listener listener = { .is_over = FALSE };
  Low low = { FALSE, 0 };
  guint source = g_idle_add_full (G_PRIORITY_LOW, count_turn, &low, NULL);
  Emitters emitters;

  my_signal_connect_queued (objects[0], "test-said", G_CALLBACK (on_said), &listener, on_destroy, 0, NULL);
  emitters_start (&emitters, objects, 100000, &low.is_over);
  my_test_iterate_until (NULL, has_had_turns, &low);
  g_atomic_int_set (&low.is_over, TRUE);
  emitters_join (&emitters);
  g_source_remove (source);
  g_assert_finalize_object (objects[0]);
  my_test_iterate_until (NULL, is_destroyed, &listener);
}

/* Disconnected here, while others emit: it is not called after that. */
static void
test_disconnect (void)
{
  gpointer objects[] = { g_object_new (G_TYPE_OBJECT, NULL), NULL };
  gint is_over = FALSE;
  Emitters emitters;

  emitters_start (&emitters, objects, G_MAXUINT, &is_over);
  for (guint round = 0; round < n_rounds (); round++) {
    Listener listener = { .may_skip = TRUE };
    gulong id = my_signal_connect_queued (objects[0], "test-said", G_CALLBACK (on_said), &listener, on_destroy, 0, NULL);

    for (guint i = 0; i < round % 4; i++) {
      g_main_context_iteration (NULL, FALSE);
    }
    g_signal_handler_disconnect (objects[0], id);
    listener.is_over = TRUE;
    my_test_iterate_until (NULL, is_destroyed, &listener);
    g_assert_cmpint (listener.n_destroyed, ==, 1);
  }
  g_atomic_int_set (&is_over, TRUE);
  emitters_join (&emitters);
  g_assert_finalize_object (objects[0]);
}

/* Disconnected elsewhere, and finalised elsewhere, while it is delivered here. */

typedef struct {
  gpointer object;
  gulong id;
} Ending;

static gpointer
end_elsewhere (gpointer data)
{
  Ending *ending = data;

  g_signal_emit (ending->object, said, 0, 1, 0);
  if (ending->id != 0) {
    g_signal_handler_disconnect (ending->object, ending->id);
  }
  g_signal_emit (ending->object, said, 0, 1, 1);
  g_object_unref (ending->object);
  return NULL;
}

static void
test_end_elsewhere (gconstpointer is_disconnected)
{
  for (guint round = 0; round < n_rounds (); round++) {
    Listener listener = { .may_skip = TRUE };
    Ending ending = { g_object_new (G_TYPE_OBJECT, NULL), 0 };
    gulong id = my_signal_connect_queued (ending.object, "test-said", G_CALLBACK (on_said), &listener, on_destroy, 0, NULL);
    GThread *thread;

    if (is_disconnected != NULL) {
      ending.id = id;
    }
    for (guint i = 0; i < round % 8; i++) {
      g_signal_emit (ending.object, said, 0, 0, i);
    }
    thread = g_thread_new ("ending", end_elsewhere, &ending);
    my_test_iterate_until (NULL, is_destroyed, &listener);
    g_thread_join (thread);
    g_assert_cmpint (listener.n_destroyed, ==, 1);
    g_assert_cmpuint (listener.n_calls, <=, round % 8 + (is_disconnected != NULL ? 1 : 2));
  }
}

/* The context is closed while others emit, and another disconnects. */
static void
test_context_closes (void)
{
  gpointer objects[] = { g_object_new (G_TYPE_OBJECT, NULL), NULL };
  gint is_over = FALSE;
  Emitters emitters;

  emitters_start (&emitters, objects, G_MAXUINT, &is_over);
  for (guint round = 0; round < n_rounds (); round++) {
    Listener listener = { .may_skip = TRUE };
    GMainContext *context = g_main_context_new ();
    gulong id = my_signal_connect_queued (objects[0], "test-said", G_CALLBACK (on_said), &listener, on_destroy, 0, context);

    for (guint i = 0; i < round % 3; i++) {
      g_main_context_iteration (context, FALSE);
    }
    if (round % 2) {
      g_main_context_unref (context);
      g_signal_handler_disconnect (objects[0], id);
    } else {
      g_signal_handler_disconnect (objects[0], id);
      g_main_context_unref (context);
    }
    /* By this thread, or by an emitter that is just about to do so. */
    my_test_wait_until (is_destroyed, &listener);
    g_assert_cmpint (listener.n_destroyed, ==, 1);
  }
  g_atomic_int_set (&is_over, TRUE);
  emitters_join (&emitters);
  g_assert_finalize_object (objects[0]);
}

/* Connected and delivered before g_signal_connect_closure_by_id() has returned, as far as that can be met. */
static gpointer
connect_elsewhere (gpointer data)
{
  gpointer *both = data;

  return GSIZE_TO_POINTER (my_signal_connect_queued (both[0], "test-said", G_CALLBACK (on_said), both[1], on_destroy, 0, g_main_context_default ()));
}

static void
test_connect_elsewhere (void)
{
  gpointer objects[] = { g_object_new (G_TYPE_OBJECT, NULL), NULL };
  gint is_over = FALSE;
  Emitters emitters;

  emitters_start (&emitters, objects, G_MAXUINT, &is_over);
  for (guint round = 0; round < n_rounds (); round++) {
    Listener listener = { .may_skip = TRUE };
    gpointer both[] = { objects[0], &listener };
    GThread *thread = g_thread_new ("connects", connect_elsewhere, both);

    my_test_iterate_until (NULL, has_heard_any, &listener);
    g_signal_handler_disconnect (objects[0], GPOINTER_TO_SIZE (g_thread_join (thread)));
    listener.is_over = TRUE;
    my_test_iterate_until (NULL, is_destroyed, &listener);
  }
  g_atomic_int_set (&is_over, TRUE);
  emitters_join (&emitters);
  g_assert_finalize_object (objects[0]);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  define_signal ();

  g_test_add_func ("/signal-queued-races/order", test_order);
  g_test_add_func ("/signal-queued-races/flood", test_flood);
  g_test_add_func ("/signal-queued-races/disconnect", test_disconnect);
  g_test_add_data_func ("/signal-queued-races/disconnect-elsewhere", GINT_TO_POINTER (TRUE), test_end_elsewhere);
  g_test_add_data_func ("/signal-queued-races/finalize-elsewhere", NULL, test_end_elsewhere);
  g_test_add_func ("/signal-queued-races/context-closes", test_context_closes);
  g_test_add_func ("/signal-queued-races/connect-elsewhere", test_connect_elsewhere);

  return g_test_run ();
}
