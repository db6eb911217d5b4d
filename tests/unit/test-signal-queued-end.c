/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-speaker.h"

/* How a queued signal ends: its handler is disconnected, its object is finalised, its context is closed, the process forks. */

/* the end of a connection */

static gpointer
disconnect_in_thread (gpointer data)
{
  gpointer *both = data;

  g_assert_cmpuint (g_signal_handlers_disconnect_by_data (both[0], both[1]), ==, 1);
  return NULL;
}

static gpointer
unref_in_thread (gpointer object)
{
  g_object_unref (object);
  return NULL;
}

static void
on_met_nobody (gpointer speaker,
               GObject *object,
               guint *n)
{
  g_assert_null (object);
  ++*n;
}

static void
test_disconnect (void)
{
  for (guint by_whom = 0; by_whom < 3; by_whom++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    gpointer speaker = my_test_speaker_new ();
    gulong id = my_test_connect_said (speaker, log);

    my_test_say (speaker, "one");
    if (by_whom == 0) {
      g_signal_handler_disconnect (speaker, id);
    } else if (by_whom == 1) {
      g_assert_cmpuint (g_signal_handlers_disconnect_by_data (speaker, log), ==, 1);
    } else {
      gpointer both[] = { speaker, log };

      my_test_elsewhere (disconnect_in_thread, both);
    }
    my_test_say (speaker, "two");
    my_test_assert_log (log, "");
    my_test_iterate_pending (NULL);
    my_test_assert_log (log, "destroyed");
    g_assert_finalize_object (speaker);
  }
}

/* Disconnected while another thread emits, and copies the arguments: that comes too late, however late it comes. */

typedef struct {
  MyTestBlock block;
  gpointer speaker;
} Emitter;

static gpointer
say_slowly (gpointer data)
{
  Emitter *emitter = data;

  g_signal_emit_by_name (emitter->speaker, "said-slowly", &emitter->block);
  return NULL;
}

static void
on_said_slowly (gpointer speaker,
                gpointer block,
                MyTestLog *log)
{
  my_test_log_add (log, "called");
}

static void
test_disconnect_in_emission (void)
{
  for (guint is_connected = 0; is_connected < 2; is_connected++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    Emitter emitter = { MY_TEST_BLOCK_INIT, my_test_speaker_new () };
    gulong id = my_signal_connect_queued (emitter.speaker, "said-slowly", G_CALLBACK (on_said_slowly), log, my_test_on_destroy, 0, NULL);
    GThread *thread = g_thread_new ("speaker", say_slowly, &emitter);

    my_test_gate_wait (&emitter.block.entered);
    if (!is_connected) {
      g_signal_handler_disconnect (emitter.speaker, id);
    }
    my_test_iterate_pending (NULL);
    my_test_assert_log (log, "");
    my_test_gate_open (&emitter.block.release);
    g_thread_join (thread);
    my_test_iterate_pending (NULL);
    my_test_assert_log (log, is_connected ? "called" : "destroyed");
    g_assert_finalize_object (emitter.speaker);
    my_test_iterate_pending (NULL);
    my_test_assert_log (log, is_connected ? "destroyed" : "");
    my_test_block_clear (&emitter.block);
  }
}

typedef struct {
  MyTestLog *log;
  gulong id;
} Itself;

static void
on_said_disconnect (gpointer speaker,
                    const char *word,
                    Itself *itself)
{
  g_signal_handler_disconnect (speaker, itself->id);
  my_test_iterate_pending (NULL);
  /* Its data are there until it returns. */
  my_test_log_add (itself->log, word);
}

static void
on_itself_destroy (gpointer data,
                   GClosure *closure)
{
  my_test_log_add (((Itself *) data)->log, "destroyed");
  g_free (data);
}

static void
test_disconnect_itself (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  Itself *itself = g_new (Itself, 1);

  itself->log = log;
  itself->id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_disconnect), itself, on_itself_destroy, 0, NULL);
  my_test_say (speaker, "one");
  my_test_say (speaker, "two");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one destroyed");
  g_assert_finalize_object (speaker);
}

/* Nothing pending keeps it alive, not even itself as an argument; and what it says in dispose() is not heard. */
static void
test_finalized (void)
{
  for (guint by_other = 0; by_other < 2; by_other++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    gpointer speaker = my_test_speaker_new ();
    gpointer watch = speaker;
    gpointer other = g_object_new (G_TYPE_OBJECT, NULL);

    my_test_connect_said (speaker, log);
    my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_nobody), NULL, NULL, 0, NULL);
    my_test_say (speaker, "one");
    g_signal_emit_by_name (speaker, "met", speaker);
    g_signal_emit_by_name (speaker, "met", other);
    g_object_add_weak_pointer (speaker, &watch);
    if (by_other) {
      my_test_elsewhere (unref_in_thread, speaker);
    } else {
      g_object_unref (speaker);
    }
    g_assert_null (watch);
    my_test_assert_log (log, "");
    g_assert_cmpuint (((GObject *) other)->ref_count, ==, 2);
    my_test_iterate_pending (NULL);
    my_test_assert_log (log, "destroyed");
    g_assert_finalize_object (other);
  }
}

/* The handler drops the last reference but the one that it is called with. */
static void
on_said_unref (gpointer speaker,
               const char *word,
               MyTestLog *log)
{
  my_test_log_add (log, word);
  g_object_unref (speaker);
  g_assert_true (MY_TEST_IS_SPEAKER (speaker));
}

static void
test_finalized_by_handler (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();

  my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_unref), log, my_test_on_destroy, 0, NULL);
  g_object_add_weak_pointer (speaker, &speaker);
  my_test_say (speaker, "one");
  my_test_say (speaker, "two");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one destroyed");
  g_assert_null (speaker);
}

/* the end of a context */

static void
test_context_closes (void)
{
  for (guint is_finalized = 0; is_finalized < 2; is_finalized++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    GMainContext *context = g_main_context_new ();
    gpointer speaker = my_test_speaker_new ();
    GObject *other = g_object_new (G_TYPE_OBJECT, NULL);
    gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (my_test_on_said), log, my_test_on_destroy, 0, context);

    my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_nobody), NULL, NULL, 0, context);
    my_test_say (speaker, "one");
    g_signal_emit_by_name (speaker, "met", other);
    g_assert_cmpuint (other->ref_count, ==, 2);
    g_main_context_unref (context);
    g_assert_cmpuint (other->ref_count, ==, 1);
    my_test_say (speaker, "two");
    g_signal_emit_by_name (speaker, "met", other);
    g_assert_cmpuint (other->ref_count, ==, 1);
    my_test_assert_log (log, "");

    if (is_finalized) {
      g_assert_finalize_object (speaker);
      my_test_assert_log (log, "destroyed");
    } else {
      g_signal_handler_disconnect (speaker, id);
      my_test_assert_log (log, "destroyed");
      g_assert_finalize_object (speaker);
    }
    g_assert_finalize_object (other);
  }
}

/* Disconnected before: the destruction is pending when the context is closed. */
static void
test_context_closes_later (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  GMainContext *context = g_main_context_new ();
  gpointer speaker = my_test_speaker_new ();

  my_signal_connect_queued (speaker, "said", G_CALLBACK (my_test_on_said), log, my_test_on_destroy, 0, context);
  my_test_say (speaker, "one");
  g_assert_finalize_object (speaker);
  my_test_assert_log (log, "");
  g_main_context_unref (context);
  my_test_assert_log (log, "destroyed");
}

/* A program without a loop: what is let go is let go in a wait. */
static void
test_no_loop (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();

  my_test_connect_said (speaker, log);
  for (guint i = 0; i < 10; i++) {
    my_test_say (speaker, "word");
  }
  g_assert_true (my_thread_sleep (0, NULL));
  my_test_assert_log (log, "");
  g_assert_finalize_object (speaker);
  my_test_assert_log (log, "");
  g_assert_true (my_thread_sleep (0, NULL));
  my_test_assert_log (log, "destroyed");
}

/* fork */

typedef struct {
  gpointer speaker;
  MyTestLog *log;
  gulong id;
} Family;

static void
on_met_itself (gpointer speaker,
               gpointer object,
               guint *n)
{
  g_assert_true (speaker == object);
  ++*n;
}

static void
use_in_child (gpointer data)
{
  Family *family = data;
  GMainContext *context = g_main_context_new ();
  guint n = 0;
  gulong id;

  /* The parent's context is left alone; what is posted to it would never be handled. */
  my_test_say (family->speaker, "in child");
  g_signal_handler_disconnect (family->speaker, family->id);
  my_test_assert_log (family->log, "destroyed");

  id = my_signal_connect_queued (family->speaker, "met", G_CALLBACK (on_met_itself), &n, NULL, 0, context);
  g_assert_cmpuint (id, !=, 0);
  g_signal_emit_by_name (family->speaker, "met", family->speaker);
  my_test_iterate_pending (context);
  g_assert_cmpuint (n, ==, 1);
  g_assert_finalize_object (family->speaker);
  my_test_iterate_pending (context);
  g_main_context_unref (context);
}

static void
test_fork (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Family family = { my_test_speaker_new (), log, 0 };

  family.id = my_test_connect_said (family.speaker, log);
  my_test_say (family.speaker, "one");
  my_test_in_child (use_in_child, &family);
  my_test_say (family.speaker, "two");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one two");
  my_test_finish_speaker (family.speaker, log);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signal-queued-end/disconnect", test_disconnect);
  g_test_add_func ("/signal-queued-end/disconnect-in-emission", test_disconnect_in_emission);
  g_test_add_func ("/signal-queued-end/disconnect-itself", test_disconnect_itself);
  g_test_add_func ("/signal-queued-end/finalized", test_finalized);
  g_test_add_func ("/signal-queued-end/finalized-by-handler", test_finalized_by_handler);
  g_test_add_func ("/signal-queued-end/context-closes", test_context_closes);
  g_test_add_func ("/signal-queued-end/context-closes-later", test_context_closes_later);
  g_test_add_func ("/signal-queued-end/no-loop", test_no_loop);
  g_test_add_func ("/signal-queued-end/fork", test_fork);

  return g_test_run ();
}
