/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-log.h"

/* Any object's signals, handled in a context. What is raced is in test-signal-queued-races.c. */

/* an object that says things */

#define TEST_TYPE_SPEAKER (test_speaker_get_type ())
G_DECLARE_FINAL_TYPE (TestSpeaker, test_speaker, TEST, SPEAKER, GObject)

struct _TestSpeaker {
  GObject parent_instance;
  char *name;
};

G_DEFINE_TYPE (TestSpeaker, test_speaker, G_TYPE_OBJECT)

/* A boxed MyTestBlock, which is long in the copying. */

static gpointer
copy_slowly (gpointer block)
{
  my_test_run_block (NULL, block, NULL);
  return block;
}

static void
free_slow (gpointer block)
{
}

static GType
slow_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type)) {
    g_once_init_leave (&type, g_boxed_type_register_static ("TestSlow", copy_slowly, free_slow));
  }
  return type;
}

enum {
  PROP_NAME = 1,
};

static void
test_speaker_set_property (GObject *object,
                           guint id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  g_free (((TestSpeaker *) object)->name);
  ((TestSpeaker *) object)->name = g_value_dup_string (value);
}

static void
test_speaker_get_property (GObject *object,
                           guint id,
                           GValue *value,
                           GParamSpec *pspec)
{
  g_value_set_string (value, ((TestSpeaker *) object)->name);
}

/* A last word. */
static void
test_speaker_dispose (GObject *object)
{
  g_signal_emit_by_name (object, "said", "last word");
  G_OBJECT_CLASS (test_speaker_parent_class)->dispose (object);
}

static void
test_speaker_finalize (GObject *object)
{
  g_free (((TestSpeaker *) object)->name);
  G_OBJECT_CLASS (test_speaker_parent_class)->finalize (object);
}

static void
new_signal (const char *name,
            GSignalFlags flags,
            GType return_type,
            guint n_types,
            GType *types)
{
  g_signal_newv (name, TEST_TYPE_SPEAKER, G_SIGNAL_RUN_LAST | flags, NULL, NULL, NULL, NULL, return_type, n_types, types);
}

static void
test_speaker_class_init (TestSpeakerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType string = G_TYPE_STRING;
  GType object = G_TYPE_OBJECT;
  GType slow = slow_get_type () | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType all[] = {
    G_TYPE_INT,
    G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
    G_TYPE_DATE | G_SIGNAL_TYPE_STATIC_SCOPE,
    G_TYPE_STRV,
    G_TYPE_OBJECT,
    G_TYPE_VARIANT,
    G_TYPE_POINTER,
    G_TYPE_DOUBLE,
  };

  object_class->set_property = test_speaker_set_property;
  object_class->get_property = test_speaker_get_property;
  object_class->dispose = test_speaker_dispose;
  object_class->finalize = test_speaker_finalize;
  g_object_class_install_property (object_class, PROP_NAME, g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  new_signal ("said", G_SIGNAL_DETAILED, G_TYPE_NONE, 1, &string);
  new_signal ("said-slowly", 0, G_TYPE_NONE, 1, &slow);
  new_signal ("met", 0, G_TYPE_NONE, 1, &object);
  new_signal ("told-all", 0, G_TYPE_NONE, G_N_ELEMENTS (all), all);
  new_signal ("nothing", 0, G_TYPE_NONE, 0, NULL);
  new_signal ("asks", 0, G_TYPE_BOOLEAN, 0, NULL);
}

static void
test_speaker_init (TestSpeaker *self)
{
}

static gpointer
speaker_new (void)
{
  return g_object_new (TEST_TYPE_SPEAKER, NULL);
}

static void
say (gpointer speaker,
     const char *word)
{
  g_signal_emit_by_name (speaker, "said", word);
}

/* Emits in a thread of its own. */

typedef struct {
  gpointer speaker;
  const char *word;
} Saying;

static gpointer
say_in_thread (gpointer data)
{
  Saying *saying = data;

  say (saying->speaker, saying->word);
  return NULL;
}

static void
say_elsewhere (gpointer speaker,
               const char *word)
{
  Saying saying = { speaker, word };

  g_thread_join (g_thread_new ("speaker", say_in_thread, &saying));
}

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
elsewhere (GThreadFunc func,
           gpointer data)
{
  g_thread_join (g_thread_new ("elsewhere", func, data));
}

/* handlers; the log says where they were called */

static void
on_said (gpointer speaker,
         const char *word,
         MyTestLog *log)
{
  g_assert_true (TEST_IS_SPEAKER (speaker));
  my_test_log_add (log, word);
}

static void
on_destroy (gpointer log,
            GClosure *closure)
{
  my_test_log_add (log, "destroyed");
}

static gulong
connect_said (gpointer speaker,
              MyTestLog *log)
{
  gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said), log, on_destroy, 0, NULL);

  g_assert_cmpuint (id, !=, 0);
  return id;
}

/* Drops the only reference; then nothing is left but the destruction, which comes with the loop. */
static void
finish (gpointer speaker,
        MyTestLog *log)
{
  g_assert_finalize_object (speaker);
  my_test_assert_log (log, "");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "destroyed");
}

/* where and when */

static void
test_queued (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();

  connect_said (speaker, log);
  say (speaker, "one");
  say_elsewhere (speaker, "two");
  say (speaker, "three");
  my_test_assert_log (log, "");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one two three");
  finish (speaker, log);
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
  gpointer speaker = speaker_new ();

  my_test_loop_init (&loop);
  for (guint round = 0; round < 2; round++) {
    Place place = { NULL, MY_TEST_GATE_INIT, MY_TEST_GATE_INIT };
    gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_there), &place, on_destroyed_there, 0, loop.context);

    my_test_loop_call (&loop, note_place, &place);
    for (guint i = 1; i <= 1000; i++) {
      say (speaker, "word");
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
  connect_said (both[0], both[1]);
  say (both[0], "early");
  g_main_context_pop_thread_default (context);
  return context;
}

static void
test_thread_default (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();
  gpointer both[] = { speaker, log };
  GMainContext *context = g_thread_join (g_thread_new ("connects", connect_with_default, both));

  /* That thread has ended, with an emission pending. */
  say (speaker, "late");
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
  g_assert_true (TEST_IS_SPEAKER (speaker));
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
  gpointer speaker = speaker_new ();
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
  gpointer speaker = speaker_new ();
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
  gpointer speaker = speaker_new ();
  gulong id;

  my_signal_connect_queued (speaker, "notify::name", G_CALLBACK (on_notify), log, NULL, 0, NULL);
  id = my_signal_connect_queued (speaker, "said::loud", G_CALLBACK (on_said), log, NULL, 0, NULL);
  g_object_set (speaker, "name", "somebody", NULL);
  say (speaker, "whisper");
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

  g_assert_true (TEST_IS_SPEAKER (speaker));
  my_test_log_add (log, text);
}

static void
test_flags (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();
  gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_swapped), log, NULL, G_CONNECT_AFTER | G_CONNECT_SWAPPED, NULL);

  connect_said (speaker, log);
  say (speaker, "word");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "word swapped-word");
  g_signal_handler_disconnect (speaker, id);
  my_test_iterate_pending (NULL);
  finish (speaker, log);
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
  g_assert_cmpuint (hint->signal_id, ==, g_signal_lookup ("said", TEST_TYPE_SPEAKER));
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
  gpointer speaker = speaker_new ();
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
  gpointer speaker = speaker_new ();
  GObject *watched = g_object_new (G_TYPE_OBJECT, NULL);
  GClosure *closure = g_cclosure_new (G_CALLBACK (on_said), log, note_closure_gone);
  gulong id = my_signal_connect_queued_closure (speaker, "said", closure, 0, NULL);

  g_object_watch_closure (watched, closure);
  say (speaker, "one");
  my_test_iterate_pending (NULL);
  say (speaker, "two");
  g_assert_finalize_object (watched);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one");
  g_assert_true (g_signal_handler_is_connected (speaker, id));
  say (speaker, "three");
  g_assert_false (g_signal_handler_is_connected (speaker, id));
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "closure-gone");
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
}

/* the end of a connection */

static void
test_blocked (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();
  gulong id = connect_said (speaker, log);

  say (speaker, "one");
  g_signal_handler_block (speaker, id);
  say (speaker, "two");
  g_signal_handler_unblock (speaker, id);
  say (speaker, "three");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one three");
  finish (speaker, log);
}

static void
test_disconnect (void)
{
  for (guint by_whom = 0; by_whom < 3; by_whom++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    gpointer speaker = speaker_new ();
    gulong id = connect_said (speaker, log);

    say (speaker, "one");
    if (by_whom == 0) {
      g_signal_handler_disconnect (speaker, id);
    } else if (by_whom == 1) {
      g_assert_cmpuint (g_signal_handlers_disconnect_by_data (speaker, log), ==, 1);
    } else {
      gpointer both[] = { speaker, log };

      elsewhere (disconnect_in_thread, both);
    }
    say (speaker, "two");
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
    Emitter emitter = { MY_TEST_BLOCK_INIT, speaker_new () };
    gulong id = my_signal_connect_queued (emitter.speaker, "said-slowly", G_CALLBACK (on_said_slowly), log, on_destroy, 0, NULL);
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
  gpointer speaker = speaker_new ();
  Itself *itself = g_new (Itself, 1);

  itself->log = log;
  itself->id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_disconnect), itself, on_itself_destroy, 0, NULL);
  say (speaker, "one");
  say (speaker, "two");
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
    gpointer speaker = speaker_new ();
    gpointer watch = speaker;
    gpointer other = g_object_new (G_TYPE_OBJECT, NULL);

    connect_said (speaker, log);
    my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_nobody), NULL, NULL, 0, NULL);
    say (speaker, "one");
    g_signal_emit_by_name (speaker, "met", speaker);
    g_signal_emit_by_name (speaker, "met", other);
    g_object_add_weak_pointer (speaker, &watch);
    if (by_other) {
      elsewhere (unref_in_thread, speaker);
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
  gpointer speaker = speaker_new ();
  guint n = 0;

  my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_itself), &n, NULL, 0, NULL);
  g_signal_emit_by_name (speaker, "met", speaker);
  my_test_iterate_pending (NULL);
  g_assert_cmpuint (n, ==, 1);
  g_assert_finalize_object (speaker);
  my_test_iterate_pending (NULL);
}

/* The handler drops the last reference but the one that it is called with. */
static void
on_said_unref (gpointer speaker,
               const char *word,
               MyTestLog *log)
{
  my_test_log_add (log, word);
  g_object_unref (speaker);
  g_assert_true (TEST_IS_SPEAKER (speaker));
}

static void
test_finalized_by_handler (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();

  my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_unref), log, on_destroy, 0, NULL);
  g_object_add_weak_pointer (speaker, &speaker);
  say (speaker, "one");
  say (speaker, "two");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one destroyed");
  g_assert_null (speaker);
}

/* A handler that runs a loop: what is pending is handled there, in order. */
static void
on_said_nested (gpointer speaker,
                const char *word,
                MyTestLog *log)
{
  my_test_log_add (log, word);
  if (g_str_equal (word, "one")) {
    say (speaker, "four");
    my_test_iterate_pending (NULL);
    my_test_log_add (log, "back");
  }
}

static void
test_nested (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();

  my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said_nested), log, on_destroy, 0, NULL);
  say (speaker, "one");
  say (speaker, "two");
  say (speaker, "three");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one two three four back");
  finish (speaker, log);
}

/* the end of a context */

static void
test_context_closes (void)
{
  for (guint is_finalized = 0; is_finalized < 2; is_finalized++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    GMainContext *context = g_main_context_new ();
    gpointer speaker = speaker_new ();
    GObject *other = g_object_new (G_TYPE_OBJECT, NULL);
    gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said), log, on_destroy, 0, context);

    my_signal_connect_queued (speaker, "met", G_CALLBACK (on_met_nobody), NULL, NULL, 0, context);
    say (speaker, "one");
    g_signal_emit_by_name (speaker, "met", other);
    g_assert_cmpuint (other->ref_count, ==, 2);
    g_main_context_unref (context);
    g_assert_cmpuint (other->ref_count, ==, 1);
    say (speaker, "two");
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
  gpointer speaker = speaker_new ();

  my_signal_connect_queued (speaker, "said", G_CALLBACK (on_said), log, on_destroy, 0, context);
  say (speaker, "one");
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
  gpointer speaker = speaker_new ();

  connect_said (speaker, log);
  for (guint i = 0; i < 10; i++) {
    say (speaker, "word");
  }
  g_assert_true (my_thread_sleep (0, NULL));
  my_test_assert_log (log, "");
  g_assert_finalize_object (speaker);
  my_test_assert_log (log, "");
  g_assert_true (my_thread_sleep (0, NULL));
  my_test_assert_log (log, "destroyed");
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
    { TRUE, "sung", 0, "*signal \"sung\" of TestSpeaker*no such signal*" },
    { TRUE, "", 0, "*signal \"\" of TestSpeaker*no such signal*" },
    { TRUE, NULL, 0, "*signal \"(null)\" of TestSpeaker*" },
    { TRUE, "nothing::detail", 0, "*signal \"nothing::detail\" of TestSpeaker*no details*" },
    { TRUE, "asks", 0, "*signal \"asks\" of TestSpeaker*returns a value*" },
    { TRUE, "said", (GConnectFlags) 64, "*signal \"said\" of TestSpeaker*flags*" },
  };
  g_autoptr (MyTestLog) log = my_test_log_new ();
  gpointer speaker = speaker_new ();
  GClosure *closure = g_closure_ref (g_cclosure_new (G_CALLBACK (on_said), log, NULL));

  g_closure_sink (closure);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    gpointer instance = calls[i].has_instance ? speaker : NULL;

    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, calls[i].message);
    g_assert_cmpuint (my_signal_connect_queued (instance, calls[i].signal, G_CALLBACK (on_said), log, on_destroy, calls[i].flags, NULL), ==, 0);
    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, calls[i].message);
    g_assert_cmpuint (my_signal_connect_queued_closure (instance, calls[i].signal, closure, calls[i].flags, NULL), ==, 0);
    g_test_assert_expected_messages ();
  }

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_signal_connect_queued()*\"said\" of TestSpeaker*no handler*");
  g_assert_cmpuint (my_signal_connect_queued (speaker, "said", NULL, log, on_destroy, 0, NULL), ==, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_signal_connect_queued_closure()*\"said\" of TestSpeaker*no handler*");
  g_assert_cmpuint (my_signal_connect_queued_closure (speaker, "said", NULL, 0, NULL), ==, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"said\" of TestSpeaker*flags*");
  g_assert_cmpuint (my_signal_connect_queued_closure (speaker, "said", closure, G_CONNECT_SWAPPED, NULL), ==, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"said\" of what is no GObject*");
  g_assert_cmpuint (my_signal_connect_queued (G_OBJECT_GET_CLASS (speaker), "said", G_CALLBACK (on_said), log, on_destroy, 0, NULL), ==, 0);
  g_test_assert_expected_messages ();

  g_assert_cmpuint (closure->ref_count, ==, 1);
  g_closure_unref (closure);
  say (speaker, "word");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (speaker);
}

/* fork */

typedef struct {
  gpointer speaker;
  MyTestLog *log;
  gulong id;
} Family;

static void
use_in_child (gpointer data)
{
  Family *family = data;
  GMainContext *context = g_main_context_new ();
  guint n = 0;
  gulong id;

  /* The parent's context is left alone; what is posted to it would never be handled. */
  say (family->speaker, "in child");
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
  Family family = { speaker_new (), log, 0 };

  family.id = connect_said (family.speaker, log);
  say (family.speaker, "one");
  my_test_in_child (use_in_child, &family);
  say (family.speaker, "two");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "one two");
  finish (family.speaker, log);
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
  g_test_add_func ("/signal-queued/blocked", test_blocked);
  g_test_add_func ("/signal-queued/disconnect", test_disconnect);
  g_test_add_func ("/signal-queued/disconnect-in-emission", test_disconnect_in_emission);
  g_test_add_func ("/signal-queued/disconnect-itself", test_disconnect_itself);
  g_test_add_func ("/signal-queued/finalized", test_finalized);
  g_test_add_func ("/signal-queued/instance-as-argument", test_instance_as_argument);
  g_test_add_func ("/signal-queued/finalized-by-handler", test_finalized_by_handler);
  g_test_add_func ("/signal-queued/nested", test_nested);
  g_test_add_func ("/signal-queued/context-closes", test_context_closes);
  g_test_add_func ("/signal-queued/context-closes-later", test_context_closes_later);
  g_test_add_func ("/signal-queued/no-loop", test_no_loop);
  g_test_add_func ("/signal-queued/bad-input", test_bad_input);
  g_test_add_func ("/signal-queued/fork", test_fork);

  return g_test_run ();
}
