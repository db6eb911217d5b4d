/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-speaker.h"

struct _MyTestSpeaker {
  GObject parent_instance;
  char *name;
};

G_DEFINE_TYPE (MyTestSpeaker, my_test_speaker, G_TYPE_OBJECT)

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
my_test_speaker_set_property (GObject *object,
                              guint id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  g_free (((MyTestSpeaker *) object)->name);
  ((MyTestSpeaker *) object)->name = g_value_dup_string (value);
}

static void
my_test_speaker_get_property (GObject *object,
                              guint id,
                              GValue *value,
                              GParamSpec *pspec)
{
  g_value_set_string (value, ((MyTestSpeaker *) object)->name);
}

/* A last word. */
static void
my_test_speaker_dispose (GObject *object)
{
  g_signal_emit_by_name (object, "said", "last word");
  G_OBJECT_CLASS (my_test_speaker_parent_class)->dispose (object);
}

static void
my_test_speaker_finalize (GObject *object)
{
  g_free (((MyTestSpeaker *) object)->name);
  G_OBJECT_CLASS (my_test_speaker_parent_class)->finalize (object);
}

static void
new_signal (const char *name,
            GSignalFlags flags,
            GType return_type,
            guint n_types,
            GType *types)
{
  g_signal_newv (name, MY_TEST_TYPE_SPEAKER, G_SIGNAL_RUN_LAST | flags, NULL, NULL, NULL, NULL, return_type, n_types, types);
}

static void
my_test_speaker_class_init (MyTestSpeakerClass *klass)
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

  object_class->set_property = my_test_speaker_set_property;
  object_class->get_property = my_test_speaker_get_property;
  object_class->dispose = my_test_speaker_dispose;
  object_class->finalize = my_test_speaker_finalize;
  g_object_class_install_property (object_class, PROP_NAME, g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  new_signal ("said", G_SIGNAL_DETAILED, G_TYPE_NONE, 1, &string);
  new_signal ("said-slowly", 0, G_TYPE_NONE, 1, &slow);
  new_signal ("met", 0, G_TYPE_NONE, 1, &object);
  new_signal ("told-all", 0, G_TYPE_NONE, G_N_ELEMENTS (all), all);
  new_signal ("nothing", 0, G_TYPE_NONE, 0, NULL);
  new_signal ("asks", 0, G_TYPE_BOOLEAN, 0, NULL);
}

static void
my_test_speaker_init (MyTestSpeaker *self)
{
}

gpointer
my_test_speaker_new (void)
{
  return g_object_new (MY_TEST_TYPE_SPEAKER, NULL);
}

void
my_test_say (gpointer speaker,
             const char *word)
{
  g_signal_emit_by_name (speaker, "said", word);
}

void
my_test_on_said (gpointer speaker,
                 const char *word,
                 MyTestLog *log)
{
  g_assert_true (MY_TEST_IS_SPEAKER (speaker));
  my_test_log_add (log, word);
}

void
my_test_on_destroy (gpointer log,
                    GClosure *closure)
{
  my_test_log_add (log, "destroyed");
}

gulong
my_test_connect_said (gpointer speaker,
                      MyTestLog *log)
{
  gulong id = my_signal_connect_queued (speaker, "said", G_CALLBACK (my_test_on_said), log, my_test_on_destroy, 0, NULL);

  g_assert_cmpuint (id, !=, 0);
  return id;
}

void
my_test_finish_speaker (gpointer speaker,
                        MyTestLog *log)
{
  g_assert_finalize_object (speaker);
  my_test_assert_log (log, "");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "destroyed");
}

void
my_test_elsewhere (GThreadFunc func,
                   gpointer data)
{
  g_thread_join (g_thread_new ("elsewhere", func, data));
}
