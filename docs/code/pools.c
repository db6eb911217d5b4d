/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

#define EXAMPLE_TYPE_WORDS (words_get_type ())
G_DECLARE_FINAL_TYPE (Words, words, EXAMPLE, WORDS, MyThread)

struct _Words {
  MyThread parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE (Words, words, MY_TYPE_THREAD)

/* On one of the pool's OS threads. */
static void
words_run (MyThread *thread,
           GError **error)
{
  Words *self = EXAMPLE_WORDS (thread);
  g_autoptr (GMappedFile) file = g_mapped_file_new (self->path, FALSE, error);
  g_auto (GValue) result = G_VALUE_INIT;
  gboolean was_in_word = FALSE;
  const char *text;
  gsize length;
  int count = 0;

  if (file == NULL)
    return;
  text = g_mapped_file_get_contents (file);
  length = g_mapped_file_get_length (file);

  for (gsize i = 0; i < length; i++) {
    gboolean in_word = !g_ascii_isspace (text[i]);

    count += in_word && !was_in_word;
    was_in_word = in_word;

    if (i % 4096 == 0) {
      if (my_thread_set_error_if_cancelled (thread, error))
        return;
      my_thread_set_progress (thread, (double) i / length);
    }
  }

  g_value_init (&result, G_TYPE_INT);
  g_value_set_int (&result, count);
  my_thread_set_result (thread, &result);
}

static void
words_finalize (GObject *object)
{
  g_free (EXAMPLE_WORDS (object)->path);
  G_OBJECT_CLASS (words_parent_class)->finalize (object);
}

static void
words_class_init (WordsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = words_finalize;
  MY_THREAD_CLASS (klass)->run = words_run;
}

static void
words_init (Words *self)
{
}

/* Touched by the thread of the main loop alone. */
typedef struct {
  GMainLoop *loop;
  int n_files;
  int n_finished;
  int n_words;
} Count;

/* In the main loop, as for a thread with an OS thread of its own. */
static void
on_finished (MyThread *thread,
             Count *count)
{
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  if (my_thread_get_result (thread, &result, &error))
    count->n_words += g_value_get_int (&result);
  else
    g_printerr ("pools: %s\n", error->message);

  if (++count->n_finished == count->n_files)
    g_main_loop_quit (count->loop);
}

static gboolean
start_all (MyThreadPool *pool,
           const char *directory,
           Count *count,
           GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autoptr (Words) words = g_object_new (EXAMPLE_TYPE_WORDS, "name", name, NULL);

    words->path = g_build_filename (directory, name, NULL);
    g_signal_connect (words, "finished", G_CALLBACK (on_finished), count);
    if (!my_executor_submit (MY_EXECUTOR (pool), MY_THREAD (words), error))
      return FALSE;
    count->n_files++;
  }
  return TRUE;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (MyThreadPool) pool = my_thread_pool_new ("words", 0);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Count count = { .loop = loop };

  /* What was started is waited for in any case: its handler uses the count. */
  if (!start_all (pool, argc > 1 ? argv[1] : ".", &count, &error))
    g_printerr ("pools: %s\n", error->message);
  if (count.n_finished < count.n_files)
    g_main_loop_run (loop);

  g_print ("%d words in %d files\n", count.n_words, count.n_files);
  return error == NULL ? 0 : 1;
}
