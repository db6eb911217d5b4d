/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-speaker.h"

/* Any object's signals, handled in a context: what is passed, and where. How it ends is in test-signal-queued-end.c, what is raced in
 * test-signal-queued-races.c. */

/* Emits in a thread of its own. */

typedef struct {
  gpointer speaker;
  const char *word;
} Saying;

static gpointer
say_in_thread (gpointer data)
{
  Saying *saying = data;

  my_test_say (saying->speaker, saying->word);
  return NULL;
}

static void
say_elsewhere (gpointer speaker,
               const char *word)
{
  Saying saying = { speaker, word };

  my_test_elsewhere (say_in_thread, &saying);
}

/* where and when */

static void
test_queued (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();

  my_test_connect_said (speaker, log);
  my_test_say (speaker, "one");
  say_elsewhere (speaker, "two");
  my_test_say (speaker, "three");
  my_test_assert_log (log, "");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one two three");
  my_test_finish_speaker (speaker, log);
}

/* In the loop of another thread: whoever waits there sleeps, and is woken. */

typedef struct {
  GThread *thread;
  MyTestGate called;
  MyTestGate destroyed;
} Place;

static void
note_place (gpointer place)
{
  ((Place *) place)->thread = g_thread_self ();
}

static void
on_said_there (gpointer speaker,
               const char *word,
               Place *place)
{
  g_assert_true (place->thread == g_thread_self ());
  my_test_gate_open (&place->called);
}

static void
on_destroyed_there (gpointer data,
                    GClosure *closure)
{
  Place *place = data;

  g_assert_true (place->thread == g_thread_self ());
  my_test_gate_open (&place->destroyed);
}

static void
test_context (void)
{
  MyTestLoop loop;
  gpointer speaker = my_test_speaker_new ();

  my_test_loop_init (&loop);
  for (guint round = 0; round < 2; round++) {
    Place place = { NULL, MY_TEST_GATE_INIT, MY_TEST_GATE_INIT };
    gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_there), &place, on_destroyed_there, 0, loop.context);

    my_test_loop_call (&loop, note_place, &place);
    for (guint i = 1; i <= 1000; i++) {
      my_test_say (speaker, "word");
      my_test_gate_wait_count (&place.called, i);
    }
    if (round == 0) {
      g_signal_handler_disconnect (speaker, id);
    } else {
      g_object_unref (speaker); /* the last one, or the handler that returns just now has it for a moment */
    }
    my_test_gate_wait (&place.destroyed);
    my_test_gate_clear (&place.called);
    my_test_gate_clear (&place.destroyed);
  }
  my_test_loop_clear (&loop);
}

/* The thread-default context of who connects; it is nobody's when it is iterated by another thread. */
static gpointer
connect_with_default (gpointer data)
{
  gpointer *both = data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  my_test_connect_said (both[0], both[1]);
  my_test_say (both[0], "early");
  g_main_context_pop_thread_default (context);
  return context;
}

static void
test_thread_default (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  gpointer both[] = { speaker, log };
  GMainContext *context = g_thread_join (g_thread_new ("connects", connect_with_default, both));

  /* That thread has ended, with an emission pending. */
  my_test_say (speaker, "late");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  my_test_iterate_pending (context);
  my_test_assert_log (log, "early late");
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (context);
  my_test_assert_log (log, "destroyed");
  g_main_context_unref (context);
}

/* what is passed */

typedef struct {
  GObject *object;
  guint n_calls;
} Expected;

static void
on_told_all (gpointer speaker,
             gint number,
             const char *text,
             GDate *date,
             char **strings,
             GObject *object,
             GVariant *variant,
             gpointer pointer,
             double fraction,
             Expected *expected)
{
  g_assert_true (MY_TEST_IS_SPEAKER (speaker));
  g_assert_cmpint (number, ==, 42);
  g_assert_cmpstr (text, ==, "text");
  g_assert_cmpint (g_date_get_year (date), ==, 1969);
  g_assert_cmpstr (strings[1], ==, "strings");
  g_assert_true (object == expected->object);
  g_assert_cmpuint (object->ref_count, ==, 1);
  g_assert_cmpint (g_variant_get_int32 (variant), ==, 7);
  g_assert_true (pointer == expected);
  g_assert_cmpfloat (fraction, ==, 0.5);
  expected->n_calls++;
}

static void
test_arguments (void)
{
  gpointer speaker = my_test_speaker_new ();
  Expected expected = { g_object_new (G_TYPE_OBJECT, NULL), 0 };
  char text[] = "text";
  const char *strings[] = { "some", "strings", NULL };
  GDate *date = g_date_new_dmy (20, G_DATE_JULY, 1969);
  GVariant *variant = g_variant_ref_sink (g_variant_new_int32 (7));

  g_object_add_weak_pointer (expected.object, (gpointer *) &expected.object);
  my_signal_connect_queued (speaker, "told-all", G_CALLBACK (on_told_all), &expected, NULL, 0, NULL);
  g_signal_emit_by_name (speaker, "told-all", 42, text, date, strings, expected.object, variant, &expected, 0.5);
  text[0] = 'T';
  g_date_clear (date, 1);
  g_date_free (date);
  strings[1] = "others";
  g_variant_unref (variant);
  g_object_unref (expected.object);

  my_test_iterate_pending (NULL);
  g_assert_cmpuint (expected.n_calls, ==, 1);
  g_assert_null (expected.object);

  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
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
test_null_arguments (void)
{
  gpointer speaker = my_test_speaker_new ();
  guint n = 0;

  my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_nobody), &n, NULL, 0, NULL);
  g_signal_emit_by_name (speaker, "met", NULL);
  my_test_iterate_pending (NULL);
  g_assert_cmpuint (n, ==, 1);
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
}

static void
on_notify (gpointer speaker,
           GParamSpec *pspec,
           MyTestLog *log)
{
  my_test_log_add (log, pspec->name);
}

static void
test_detail (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  gulong id;

  my_signal_connect_queued (speaker, "notify::name", G_CALLBACK (on_notify), log, NULL, 0, NULL);
  id = my_signal_connect_queued (speaker, "said::loud", G_CALLBACK (my_test_on_said), log, NULL, 0, NULL);
  g_object_set (speaker, "name", "somebody", NULL);
  my_test_say (speaker, "whisper");
  g_signal_emit_by_name (speaker, "said::loud", "shout");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "name shout");
  g_signal_handler_disconnect (speaker, id);
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
}

static void
on_said_swapped (MyTestLog *log,
                 const char *word,
                 gpointer speaker)
{
  g_autofree char *text = g_strconcat ("swapped-", word, NULL);

  g_assert_true (MY_TEST_IS_SPEAKER (speaker));
  my_test_log_add (log, text);
}

static void
test_flags (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_swapped), log, NULL, G_CONNECT_AFTER | G_CONNECT_SWAPPED, NULL);

  my_test_connect_said (speaker, log);
  my_test_say (speaker, "word");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "word swapped-word");
  g_signal_handler_disconnect (speaker, id);
  my_test_iterate_pending (NULL);
  my_test_finish_speaker (speaker, log);
}

/* The hint tells what was emitted, and with which detail. */

static void
look_at_hint (GClosure *closure,
              GValue *return_value,
              guint n_values,
              const GValue *values,
              gpointer invocation_hint,
              gpointer marshal_data)
{
  const GSignalInvocationHint *hint = invocation_hint;

  g_assert_null (return_value);
  g_assert_cmpuint (n_values, ==, 2);
  g_assert_cmpuint (hint->signal_id, ==, g_signal_lookup ("said", MY_TEST_TYPE_SPEAKER));
  g_assert_cmpstr (g_quark_to_string (hint->detail), ==, "loud");
  my_test_log_add (closure->data, g_value_get_string (&values[1]));
}

static void
note_closure_gone (gpointer log,
                   GClosure *closure)
{
  my_test_log_add (log, "closure-gone");
}

static void
test_closure (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  GClosure *closure = g_closure_new_simple (sizeof (GClosure), log);

  g_closure_set_marshal (closure, look_at_hint);
  g_closure_add_finalize_notifier (closure, log, note_closure_gone);
  g_assert_cmpuint (my_signal_connect_queued_closure (speaker, "said", closure, G_CONNECT_AFTER, NULL), !=, 0);
  g_assert_false (closure->floating);
  g_signal_emit_by_name (speaker, "said::loud", "word");
  my_test_assert_log (log, "");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "word");
  g_assert_finalize_object (speaker);
  my_test_assert_log (log, "");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "closure-gone");
}

/* One that watches an object is not called when that is gone; and one with no marshaller gets one. */
static void
test_invalid_closure (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  GObject *watched = g_object_new (G_TYPE_OBJECT, NULL);
  GClosure *closure = g_cclosure_new (G_CALLBACK (my_test_on_said), log, note_closure_gone);
  gulong id = my_signal_connect_queued_closure (speaker, "said", closure, 0, NULL);

  g_object_watch_closure (watched, closure);
  my_test_say (speaker, "one");
  my_test_iterate_pending (NULL);
  my_test_say (speaker, "two");
  g_assert_finalize_object (watched);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one");
  g_assert_true (g_signal_handler_is_connected (speaker, id));
  my_test_say (speaker, "three");
  g_assert_false (g_signal_handler_is_connected (speaker, id));
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "closure-gone");
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
}

static void
on_met_itself (gpointer speaker,
               gpointer object,
               guint *n)
{
  g_assert_true (speaker == object);
  ++*n;
}

static void
test_instance_as_argument (void)
{
  gpointer speaker = my_test_speaker_new ();
  guint n = 0;

  my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_itself), &n, NULL, 0, NULL);
  g_signal_emit_by_name (speaker, "met", speaker);
  my_test_iterate_pending (NULL);
  g_assert_cmpuint (n, ==, 1);
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
}

static void
test_blocked (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  gulong id = my_test_connect_said (speaker, log);

  my_test_say (speaker, "one");
  g_signal_handler_block (speaker, id);
  my_test_say (speaker, "two");
  g_signal_handler_unblock (speaker, id);
  my_test_say (speaker, "three");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one three");
  my_test_finish_speaker (speaker, log);
}

/* A handler that runs a loop: what is pending is handled there, in order. */
static void
on_said_nested (gpointer speaker,
                const char *word,
                MyTestLog *log)
{
  my_test_log_add (log, word);
  if (g_str_equal (word, "one")) {
    my_test_say (speaker, "four");
    my_test_iterate_pending (NULL);
    my_test_log_add (log, "back");
  }
}

static void
test_nested (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();

  my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_nested), log, my_test_on_destroy, 0, NULL);
  my_test_say (speaker, "one");
  my_test_say (speaker, "two");
  my_test_say (speaker, "three");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one two three four back");
  my_test_finish_speaker (speaker, log);
}

/* wrong arguments */

static void
test_bad_input (void)
{
  static const struct {
    gboolean has_instance;
    const char *signal;
    GConnectFlags flags;
    const char *message;
  } calls[] = {
    { FALSE, "said", 0, "*signal \"said\" of NULL*" },
    { TRUE, "sung", 0, "*signal \"sung\" of MyTestSpeaker*no such signal*" },
    { TRUE, "", 0, "*signal \"\" of MyTestSpeaker*no such signal*" },
    { TRUE, NULL, 0, "*signal \"(null)\" of MyTestSpeaker*" },
    { TRUE, "nothing::detail", 0, "*signal \"nothing::detail\" of MyTestSpeaker*no details*" },
    { TRUE, "asks", 0, "*signal \"asks\" of MyTestSpeaker*returns a value*" },
    { TRUE, "said", (GConnectFlags) 64, "*signal \"said\" of MyTestSpeaker*flags*" },
  };
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = my_test_speaker_new ();
  GClosure *closure = g_closure_ref (g_cclosure_new (G_CALLBACK (my_test_on_said), log, NULL));

  g_closure_sink (closure);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    gpointer instance = calls[i].has_instance ? speaker : NULL;

    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, calls[i].message);
    g_assert_cmpuint (my_signal_connect_queued (instance, calls[i].signal, G_CALLBACK (my_test_on_said), log, my_test_on_destroy, calls[i].flags, NULL), ==, 0);
    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, calls[i].message);
    g_assert_cmpuint (my_signal_connect_queued_closure (instance, calls[i].signal, closure, calls[i].flags, NULL), ==, 0);
    g_test_assert_expected_messages ();
  }

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_signal_connect_queued()*\"said\" of MyTestSpeaker*no handler*");
  g_assert_cmpuint (my_signal_connect_queued (speaker, "said", NULL, log, my_test_on_destroy, 0, NULL), ==, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_signal_connect_queued_closure()*\"said\" of MyTestSpeaker*no handler*");
  g_assert_cmpuint (my_signal_connect_queued_closure (speaker, "said", NULL, 0, NULL), ==, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"said\" of MyTestSpeaker*flags*");
  g_assert_cmpuint (my_signal_connect_queued_closure (speaker, "said", closure, G_CONNECT_SWAPPED, NULL), ==, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"said\" of what is no GObject*");
  g_assert_cmpuint (my_signal_connect_queued (G_OBJECT_GET_CLASS (speaker), "said", G_CALLBACK (my_test_on_said), log, my_test_on_destroy, 0, NULL), ==, 0);
  g_test_assert_expected_messages ();

  g_assert_cmpuint (closure->ref_count, ==, 1);
  g_closure_unref (closure);
  my_test_say (speaker, "word");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (speaker);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signal-queued/queued", test_queued);
  g_test_add_func ("/signal-queued/context", test_context);
  g_test_add_func ("/signal-queued/thread-default", test_thread_default);
  g_test_add_func ("/signal-queued/arguments", test_arguments);
  g_test_add_func ("/signal-queued/null-arguments", test_null_arguments);
  g_test_add_func ("/signal-queued/detail", test_detail);
  g_test_add_func ("/signal-queued/flags", test_flags);
  g_test_add_func ("/signal-queued/closure", test_closure);
  g_test_add_func ("/signal-queued/invalid-closure", test_invalid_closure);
  g_test_add_func ("/signal-queued/instance-as-argument", test_instance_as_argument);
  g_test_add_func ("/signal-queued/blocked", test_blocked);
  g_test_add_func ("/signal-queued/nested", test_nested);
  g_test_add_func ("/signal-queued/bad-input", test_bad_input);

  return g_test_run ();
}
