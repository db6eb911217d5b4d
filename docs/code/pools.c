/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

#define EXAMPLE_TYPE_WORDS (words_get_type ())
G_DECLARE_FINAL_TYPE (Words, words, EXAMPLE, WORDS, MyThread)

struct _Words {
  MyThread parent_instance;

  GFile *file;
};

G_DEFINE_FINAL_TYPE (Words, words, MY_TYPE_THREAD)

static int
count_words (const char *text,
             gsize       length,
             gboolean   *in_word)
{
  int count = 0;

  for (gsize i = 0; i < length; i++) {
    gboolean was_in_word = *in_word;

    *in_word = !g_ascii_isspace (text[i]);
    count += *in_word && !was_in_word;
  }
  return count;
}

/* On one of the pool's OS threads. */
static void
words_run (MyThread *thread,
           GError  **error)
{
  Words *self = EXAMPLE_WORDS (thread);
  GCancellable *cancellable = my_thread_get_cancellable (thread);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_auto (GValue) result = G_VALUE_INIT;
  char text[4096];
  gssize length;
  goffset n_read = 0;
  gboolean in_word = FALSE;
  int count = 0;

  stream = g_file_read (self->file, cancellable, error);
  if (stream == NULL)
    return;
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, error);
  if (info == NULL)
    return;

  while ((length = g_input_stream_read (G_INPUT_STREAM (stream), text, sizeof text, cancellable, error)) > 0) {
    count += count_words (text, length, &in_word);
    n_read += length;
    my_thread_set_progress (thread, (double) n_read / g_file_info_get_size (info));
  }
  if (length < 0)
    return;

  g_value_init (&result, G_TYPE_INT);
  g_value_set_int (&result, count);
  my_thread_set_result (thread, &result);
}

static void
words_finalize (GObject *object)
{
  g_clear_object (&EXAMPLE_WORDS (object)->file);
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
             Count    *count)
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
           const char   *directory,
           Count        *count,
           GError      **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autoptr (Words) words = g_object_new (EXAMPLE_TYPE_WORDS, "name", name, NULL);

    words->file = g_file_new_build_filename (directory, name, NULL);
    g_signal_connect (words, "finished", G_CALLBACK (on_finished), count);
    if (!my_executor_submit (MY_EXECUTOR (pool), MY_THREAD (words), error))
      return FALSE;
    count->n_files++;
  }
  return TRUE;
}

int
main (int    argc,
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
