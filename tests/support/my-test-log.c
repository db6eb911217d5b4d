/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-log.h"

struct _MyTestLog {
  GMutex lock;
  GThread *thread;
  GString *text;
};

typedef struct {
  MyTestLog *log;
  char *word;
} Watch;

MyTestLog *
my_test_log_new (void)
{
  MyTestLog *self = g_new0 (MyTestLog, 1);

  g_mutex_init (&self->lock);
  self->thread = g_thread_self ();
  self->text = g_string_new (NULL);
  return self;
}

void
my_test_log_free (MyTestLog *self)
{
  g_assert_cmpstr (self->text->str, ==, "");
  g_string_free (self->text, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
watch_free (gpointer data,
            GClosure *closure)
{
  Watch *watch = data;

  g_free (watch->word);
  g_free (watch);
}

/* Swapped, so the arguments of the signal, whatever they are, come after. */
static void
on_signal (Watch *watch)
{
  my_test_log_add (watch->log, watch->word);
}

void
my_test_log_watch (MyTestLog *self,
                   gpointer object,
                   const char *prefix,
                   const char *words)
{
  char **split = g_strsplit (words, " ", -1);

  for (gsize i = 0; split[i]; i++) {
    Watch *watch = g_new0 (Watch, 1);

    watch->log = self;
    watch->word = g_strconcat (prefix ? prefix : "", split[i], NULL);
    if (g_signal_lookup (split[i], G_OBJECT_TYPE (object))) {
      g_signal_connect_data (object, split[i], G_CALLBACK (on_signal), watch, watch_free, G_CONNECT_SWAPPED);
    } else {
      char *detailed = g_strconcat ("notify::", split[i], NULL);

      g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (object), split[i]));
      g_signal_connect_data (object, detailed, G_CALLBACK (on_signal), watch, watch_free, G_CONNECT_SWAPPED);
      g_free (detailed);
    }
  }
  g_strfreev (split);
}

void
my_test_log_unwatch (MyTestLog *self,
                     gpointer object)
{
  g_signal_handlers_disconnect_matched (object, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_signal, NULL);
}

void
my_test_log_add (MyTestLog *self,
                 const char *word)
{
  g_mutex_lock (&self->lock);
  if (self->text->len > 0) {
    g_string_append_c (self->text, ' ');
  }
  g_string_append (self->text, word);
  if (g_thread_self () != self->thread) {
    g_string_append_c (self->text, '@');
  }
  g_mutex_unlock (&self->lock);
}

char *
my_test_log_take (MyTestLog *self)
{
  char *text;

  g_mutex_lock (&self->lock);
  text = g_string_free (self->text, FALSE);
  self->text = g_string_new (NULL);
  g_mutex_unlock (&self->lock);
  return text;
}

gboolean
my_test_log_has_finished (gpointer log)
{
  MyTestLog *self = log;
  gboolean finished;

  g_mutex_lock (&self->lock);
  finished = g_str_has_suffix (self->text->str, "finished");
  g_mutex_unlock (&self->lock);
  return finished;
}

MyThread *
my_test_start_watched (MyTestLog *log,
                       const char *words,
                       MyThreadFunc func,
                       gpointer user_data)
{
  MyThread *thread = my_thread_new (NULL, func, user_data, NULL);

  my_test_log_watch (log, thread, NULL, words);
  g_assert_true (my_thread_start (thread, NULL));
  return thread;
}
